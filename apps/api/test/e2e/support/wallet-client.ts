import { randomInt } from "node:crypto";
import type { ErrorCode } from "@revio-wallet/core/errors";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { deserialize, serialize, type SuperJSONResult } from "superjson";
import type { ErrorData } from "../../../src/trpc/errors.ts";
import type { PartnerRouter } from "../../../src/trpc/partner/router.ts";
import { partnerProcedures } from "./procedures.ts";
import { stack } from "./stack.ts";

type Inputs = inferRouterInputs<PartnerRouter>;
type Outputs = inferRouterOutputs<PartnerRouter>;
type PathIn<Tree> = {
  [Noun in keyof Tree & string]: `${Noun}.${keyof Tree[Noun] & string}`;
}[keyof Tree & string];
/** "deposit.create" */
export type Path = Exclude<PathIn<Inputs>, "transaction.onUpdate">;
type At<Tree, Name extends string> = Name extends `${infer Noun}.${infer Verb}`
  ? Noun extends keyof Tree
    ? Verb extends keyof Tree[Noun]
      ? Tree[Noun][Verb]
      : never
    : never
  : never;
export type InputOf<Name extends Path> = At<Inputs, Name>;
export type OutputOf<Name extends Path> = At<Outputs, Name>;

/** What a call came to; `raw` is the body as it was sent. */
export interface Answer<Data = unknown> {
  status: number;
  headers: Headers;
  raw: string;
  data: Data | undefined;
  error: (ErrorData & { message: string }) | undefined;
}

/** Who seems to call: a bearer token, and an address of their own, so that limits per address do not mix up tests. */
export interface Caller {
  accessToken?: string | undefined;
  address: string;
  /** Another process of the API than the stack's. */
  apiUrl?: string;
}

export function anyone(): Caller {
  return { address: someAddress() };
}

/** An address that no other caller of the run is likely to have. */
export function someAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

export function headersOf(caller: Caller): Record<string, string> {
  return {
    "x-forwarded-for": caller.address,
    ...(caller.accessToken === undefined ? {} : { authorization: `Bearer ${caller.accessToken}` }),
  };
}

const queries = new Set<string>(
  partnerProcedures.filter(({ type }) => type === "query").map(({ path }) => path),
);

/** One call as the wire has it, whatever comes of it. */
export async function attempt<Name extends Path>(
  caller: Caller,
  path: Name,
  input: InputOf<Name>,
): Promise<Answer<OutputOf<Name>>> {
  const url = new URL(`/trpc/${path}`, caller.apiUrl ?? stack.apiUrl);
  const body = JSON.stringify(serialize(input));
  const headers = headersOf(caller);
  if (queries.has(path)) {
    url.searchParams.set("input", body);
    return readAnswer(await fetch(url, { headers }));
  }
  headers["content-type"] = "application/json";
  return readAnswer(await fetch(url, { method: "POST", headers, body }));
}

/** One call that has to succeed. */
export async function call<Name extends Path>(
  caller: Caller,
  path: Name,
  input: InputOf<Name>,
): Promise<OutputOf<Name>> {
  const answer = await attempt(caller, path, input);
  if (answer.error !== undefined || answer.data === undefined) {
    throw new Error(`${path} answers ${answer.status}: ${answer.raw}`);
  }
  return answer.data;
}

/** Code with which a call is refused; undefined if it is not. */
export async function refusalOf<Name extends Path>(
  caller: Caller,
  path: Name,
  input: InputOf<Name>,
): Promise<ErrorCode | undefined> {
  return (await attempt(caller, path, input)).error?.appCode;
}

/** Reads an answer of tRPC to a single call. */
export async function readAnswer<Data>(response: Response): Promise<Answer<Data>> {
  const { status, headers } = response;
  const raw = await response.text();
  const answer: Answer<Data> = { status, headers, raw, data: undefined, error: undefined };
  // A stream that is refused tells so in its first event.
  const refusal = /^event: serialized-error\ndata: (.*)$/m.exec(raw)?.[1];
  const body = (refusal === undefined ? parse(raw) : { error: parse(refusal) }) as
    | { result?: { data: SuperJSONResult }; error?: SuperJSONResult }
    | undefined;
  if (body?.result !== undefined) answer.data = deserialize<Data>(body.result.data);
  if (body?.error?.json !== undefined) {
    const { message, data } = deserialize<{ message: string; data: ErrorData }>(body.error);
    answer.error = { ...data, message };
  }
  return answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
