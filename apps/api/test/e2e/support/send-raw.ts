import { serialize } from "superjson";
import type { Procedure } from "./procedures.ts";
import { stack } from "./stack.ts";
import { type Answer, type Caller, headersOf, readAnswer } from "./wallet-client.ts";

/** Sends text as the input of a procedure, whether or not it is one. `undefined` sends none. */
export async function sendRaw(
  { path, type }: Pick<Procedure, "path" | "type">,
  text: string | undefined,
  caller: Caller,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const url = new URL(`/trpc/${path}`, stack.apiUrl);
  const all = { ...headersOf(caller), ...headers };
  if (type === "mutation") {
    return readAnswer(
      await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...all },
        body: text ?? "",
      }),
    );
  }
  if (text !== undefined) url.searchParams.set("input", text);
  const accept = type === "subscription" ? { accept: "text/event-stream" } : {};
  return readAnswer(await fetch(url, { headers: { ...accept, ...all } }));
}

/** As the partner's client writes it. */
export function asInput(value: unknown): string {
  return JSON.stringify(serialize(value));
}
