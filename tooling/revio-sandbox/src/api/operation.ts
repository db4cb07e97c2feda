import { timingSafeEqual } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, Hono } from "hono";
import { type ApiFault, takeApiFault } from "../faults/api-faults.ts";
import { isJsonObject, type Json, type JsonObject, withReplaced } from "../json.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { ApiError, generalError, incorrectKey } from "./api-error.ts";
import { rewriteFor } from "./rewrite-answer.ts";

export type SandboxHono = Hono<{ Bindings: HttpBindings }>;
export type SandboxContext = Context<{ Bindings: HttpBindings }>;

export interface ApiRequest {
  mode: Mode;
  params: Record<string, string>;
  query: URLSearchParams;
  /** Parsed JSON object; an empty body is `{}`. */
  body: JsonObject;
  clientIp: string;
}

export interface ApiAnswer {
  status: 200 | 201 | 204;
  body?: Json;
}

interface OperationOptions {
  /** `bearer`: a key is required. `optional`: a wrong key is refused, none is fine. `none`: not looked at. */
  auth?: "bearer" | "optional" | "none";
}

type Handler = (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

/**
 * One endpoint: takes a waiting fault, authenticates, runs the handler, logs. The name is what
 * fault rules match on.
 */
export function operation(
  sandbox: Sandbox,
  name: string,
  handler: Handler,
  options: OperationOptions = {},
) {
  return async (context: SandboxContext): Promise<Response> => {
    const params = context.req.param() as Record<string, string>;
    const text = await context.req.text();
    const objectId = params.id ?? "";
    const reference = referenceOf(sandbox, objectId, text);
    const fault = takeApiFault(sandbox, { operation: name, objectId, reference });
    const before = fault && (await disturbBefore(context, fault));
    const log = (outcome: string): void =>
      sandbox.requests.add({
        atMs: sandbox.clock.nowMs(),
        operation: name,
        objectId,
        outcome,
        ...(fault ? { fault: fault.kind } : {}),
      });
    if (before) {
      log("no effect");
      return before;
    }
    const answer = await answerOf(sandbox, context, text, params, handler, options);
    log(String(answer.status));
    const changed = fault && (await disturbAfter(context, fault, answer));
    return changed ?? jsonResponse(answer.status, answer.body);
  };
}

interface PlainAnswer {
  status: number;
  body?: Json;
}

async function answerOf(
  sandbox: Sandbox,
  context: SandboxContext,
  text: string,
  params: Record<string, string>,
  handler: Handler,
  options: OperationOptions,
): Promise<PlainAnswer> {
  try {
    const mode = authenticate(
      sandbox,
      context.req.header("authorization"),
      options.auth ?? "bearer",
    );
    return await handler({
      mode,
      params,
      query: new URL(context.req.url).searchParams,
      body: parseBody(text),
      clientIp: context.env.incoming.socket.remoteAddress ?? "",
    });
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body };
    console.error("revio-sandbox: a handler failed", error);
    return { status: 500, body: { __all__: [{ message: "Sandbox failure", code: "error" }] } };
  }
}

export function authenticate(
  sandbox: Sandbox,
  header: string | undefined,
  auth: "bearer" | "optional" | "none",
): Mode {
  if (auth === "none" || (auth === "optional" && header === undefined)) return "test";
  const key = /^Bearer (.+)$/.exec(header ?? "")?.[1];
  if (key !== undefined) {
    if (sameText(key, sandbox.config.apiKeys.test)) return "test";
    if (sameText(key, sandbox.config.apiKeys.live)) return "live";
  }
  throw incorrectKey();
}

function sameText(left: string, right: string): boolean {
  const leftBytes = Buffer.from(left);
  const rightBytes = Buffer.from(right);
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}

function parseBody(text: string): JsonObject {
  if (text.trim() === "") return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw generalError("parse_error", "JSON parse error");
  }
  if (!isJsonObject(parsed)) {
    throw generalError("invalid", "Invalid data. Expected a dictionary.");
  }
  return parsed;
}

/** Ours to match faults by: the reference in the body, else that of the object in the path. */
function referenceOf(sandbox: Sandbox, objectId: string, text: string): string {
  if (objectId !== "") {
    const row = sandbox.store.get<{ reference: string }>(
      "SELECT reference FROM purchases WHERE id = ? UNION ALL SELECT reference FROM payouts WHERE id = ?",
      objectId,
      objectId,
    );
    return row?.reference ?? "";
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) && typeof parsed.reference === "string" ? parsed.reference : "";
  } catch {
    return "";
  }
}

export function jsonResponse(
  status: number,
  body: Json | undefined,
  headers: Record<string, string> = {},
): Response {
  if (body === undefined) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** Ends the TCP connection with a reset and without an answer. */
export function cutConnection(context: SandboxContext): Response {
  context.env.incoming.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

async function hang(context: SandboxContext, delayMs: number): Promise<Response> {
  const gone = new AbortController();
  context.env.incoming.socket.once("close", () => gone.abort());
  await sleep(delayMs, undefined, { signal: gone.signal, ref: false }).catch(() => undefined);
  return cutConnection(context);
}

const captivePortal = "<!doctype html><title>Sign in</title><h1>Please sign in to the network</h1>";

function plainDisturbance(fault: ApiFault): Response | undefined {
  if (fault.kind === "status") {
    const headers: Record<string, string> = {};
    if (fault.retryAfter !== undefined) headers["retry-after"] = String(fault.retryAfter);
    const body = fault.body ?? {
      __all__: [{ message: "Sandbox fault", code: `http_${fault.status}` }],
    };
    return jsonResponse(fault.status, body, headers);
  }
  if (fault.kind === "html_200") {
    return new Response(captivePortal, { status: 200, headers: { "content-type": "text/html" } });
  }
  if (fault.kind === "redirect") {
    return new Response(null, { status: 302, headers: { location: fault.location } });
  }
  if (fault.kind === "malformed_json") {
    return new Response('{"id": "', {
      status: 200,
      headers: { "content-type": "application/json" },
    });
  }
  return undefined;
}

async function disturbBefore(
  context: SandboxContext,
  fault: ApiFault,
): Promise<Response | undefined> {
  if (fault.kind === "timeout_before_effect") return hang(context, fault.delayMs);
  if (fault.kind === "reset_before") return cutConnection(context);
  if (!("when" in fault) || fault.when !== "before") return undefined;
  if (fault.kind === "slow") await sleep(fault.delayMs);
  return plainDisturbance(fault);
}

async function disturbAfter(
  context: SandboxContext,
  fault: ApiFault,
  answer: PlainAnswer,
): Promise<Response | undefined> {
  if (fault.kind === "timeout_after_effect") return hang(context, fault.delayMs);
  if (fault.kind === "reset_after") return cutConnection(context);
  if (fault.kind === "reset_mid_body") return cutMidBody(context, answer);
  if ("when" in fault) {
    if (fault.when === "before") return undefined;
    if (fault.kind === "slow") await sleep(fault.delayMs);
    return plainDisturbance(fault);
  }
  if (!isJsonObject(answer.body) || answer.status >= 400) return undefined;
  return jsonResponse(answer.status, withReplaced(answer.body, rewriteFor(fault, answer.body)));
}

function cutMidBody(context: SandboxContext, answer: PlainAnswer): Response {
  const text = JSON.stringify(answer.body ?? {});
  const { outgoing, incoming } = context.env;
  outgoing.writeHead(answer.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  outgoing.write(text.slice(0, Math.ceil(text.length / 2)), () => incoming.socket.destroy());
  return RESPONSE_ALREADY_SENT;
}
