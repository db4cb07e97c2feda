import { deserialize, type SuperJSONResult } from "superjson";
import type { ErrorData } from "../../../src/trpc/errors.ts";
import { stack } from "./stack.ts";
import { asInput } from "./send-raw.ts";
import { type Caller, headersOf } from "./wallet-client.ts";

export interface Update {
  id: string;
  status: string;
  transaction: { id: string; status: string };
}

/** A live stream, read as the wire has it. */
export interface EventStream {
  status: number;
  headers: Headers;
  /** The next update; undefined once the stream has ended. */
  next(): Promise<Update | undefined>;
  /** The error with which the stream ended, if it told one. */
  refusal(): ErrorData | undefined;
  /** How the connection ended: the server finished its answer, or it broke off. Undefined before the end. */
  ending(): "finished" | "broken off" | undefined;
  cut(): void;
}

/** Opens `transaction.onUpdate`; the place to resume from travels as browsers send it. */
export async function openStream(
  caller: Caller,
  from?: { header?: string; input?: string },
): Promise<EventStream> {
  const url = new URL("/trpc/transaction.onUpdate", caller.apiUrl ?? stack.apiUrl);
  if (from?.input !== undefined) {
    url.searchParams.set("input", asInput({ lastEventId: from.input }));
  }
  const abort = new AbortController();
  const resume = from?.header === undefined ? {} : { "last-event-id": from.header };
  const headers = { ...headersOf(caller), ...resume, accept: "text/event-stream" };
  const response = await fetch(url, { headers, signal: abort.signal });
  let refusal: ErrorData | undefined;
  let ending: ReturnType<EventStream["ending"]>;
  const updates = readUpdates(response, {
    refused: (data) => (refusal = data),
    ended: (how) => (ending = how),
  });
  return {
    status: response.status,
    headers: response.headers,
    next: async () => (await updates.next()).value ?? undefined,
    refusal: () => refusal,
    ending: () => ending,
    cut: () => abort.abort(),
  };
}

async function* readUpdates(
  response: Response,
  tell: {
    refused: (data: ErrorData) => void;
    ended: (how: "finished" | "broken off") => void;
  },
): AsyncGenerator<Update, undefined> {
  let text = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1];
        const [id, event, data] = [field("id"), field("event"), field("data")];
        if (data === undefined || data === "") continue;
        if (event === "serialized-error") {
          const error = deserialize<{ data: ErrorData }>(JSON.parse(data) as SuperJSONResult);
          tell.refused(error.data);
        } else if (event === undefined && id !== undefined) {
          const update = deserialize<Omit<Update, "id">>(JSON.parse(data) as SuperJSONResult);
          yield { ...update, id };
        }
      }
    }
    tell.ended("finished");
  } catch {
    // Cut by us, or by the server without an end: either way there is nothing more.
    tell.ended("broken off");
  }
  return undefined;
}

/** Reads so many updates, and cuts the stream. */
export async function readSome(stream: EventStream, count: number): Promise<Update[]> {
  const updates: Update[] = [];
  while (updates.length < count) {
    const update = await stream.next();
    if (update === undefined) break;
    updates.push(update);
  }
  stream.cut();
  return updates;
}
