/** `write` may have an effect; `execute` moves money and is not definitive even when refused. */
export type CallKind = "read" | "delete" | "write" | "execute";

/** One request to Revio with all that is needed to judge its answer. */
export interface Call<T> {
  /** "purchases.create": stable, for errors, metrics and the timeline. */
  operation: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** "/purchases/{id}/": never the real path, which holds ids or is itself secret. */
  pathTemplate: string;
  url: URL;
  kind: CallKind;
  /** Revio's id of the object that it is about, where the call names one. */
  objectId?: string;
  /** Serialised JSON. */
  body?: string;
  /** `json`: a JSON body. `json_or_empty`: what a 2xx says is secondary (execute, delete). */
  expects: "json" | "json_or_empty";
  /** Turns the JSON into our type; throws `BreachOfContract` when it is not what Revio documents. */
  decode: (body: unknown) => T;
  /** Strings, besides the API key, that the answer might echo and that no error may show. */
  secrets?: readonly string[];
}

export interface RequestEvent {
  operation: string;
  method: string;
  pathTemplate: string;
  attempt: number;
}

export interface ResponseEvent extends RequestEvent {
  /** HTTP status, null when there was no answer. */
  status: number | null;
  durationMs: number;
  /** "ok" or the error code, e.g. "revio_outcome_unknown". */
  outcome: string;
  /** Why it ended so, in short stable words without response text; null when it went well. */
  detail: string | null;
  /** Revio's id of the object that the call, or its answer, is about; null if neither says. */
  objectId: string | null;
}

export interface CallHooks {
  onRequest?: ((event: RequestEvent) => void) | undefined;
  onResponse?: ((event: ResponseEvent) => void) | undefined;
}

export interface CallOptions extends CallHooks {
  /** Aborting a POST in flight leaves its outcome unknown. */
  signal?: AbortSignal | undefined;
  /** Per attempt, from connecting to the last byte of the body. */
  timeoutMs?: number | undefined;
  /** Revio's id of the object that the call is about, for the hooks, where the request itself does not name it. */
  objectId?: string | undefined;
}
