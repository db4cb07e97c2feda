import {
  createRevioClient,
  type RevioClient,
} from "@revio-wallet/revio-client/create-revio-client";
import type { RevioLog } from "@revio-wallet/revio-client/transport";
import type { EmbeddedSandbox } from "@revio-wallet/revio-sandbox/embed-sandbox";
import type { Random } from "../random.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Strand } from "../strand.ts";

/** What may go wrong with a call. `*_after`: it took effect at Revio, and the answer was lost or spoilt. */
export const callFaults = [
  "refused",
  "timeout_before",
  "timeout_after",
  "cut_before",
  "cut_after",
  "error_before",
  "error_after",
  "html_after",
  "wrong_amount",
] as const;
export type CallFault = (typeof callFaults)[number];

export interface ProviderPorts {
  scheduler: Scheduler;
  sandbox: EmbeddedSandbox;
  random: Random;
  fault(call: { method: string; path: string }): CallFault | undefined;
  /** Something may now be due at Revio. */
  onEffect(): void;
  onCallInTransaction(call: string): void;
  log: RevioLog;
}

/** Our patience with one call, in virtual time. */
const timeoutMs = 15_000;

/** The real client over a network that the simulation owns; every call is a yield point before and after. */
export function strandRevio(ports: ProviderPorts, strand: Strand): RevioClient {
  const { scheduler, sandbox, random } = ports;
  return createRevioClient({
    baseUrl: `${sandbox.url}/api/v1/`,
    apiKey: sandbox.apiKey,
    brandId: sandbox.brandId,
    expectTest: true,
    // Real time, never reached: how long a call takes is said in virtual time.
    timeoutMs: 3_600_000,
    retry: { maxAttempts: 2, baseDelayMs: 100 },
    log: ports.log,
    now: scheduler.nowMs,
    random: () => random.next(),
    sleep: (ms) => scheduler.sleep(strand, ms, "pauses before the next try"),
    fetch: (url, init) =>
      exchange(ports, strand, new URL(url instanceof Request ? url.url : url), init ?? {}),
  });
}

async function exchange(
  ports: ProviderPorts,
  strand: Strand,
  url: URL,
  init: RequestInit,
): Promise<Response> {
  const { scheduler } = ports;
  const method = init.method ?? "GET";
  // The address of an execution is a secret with a random part.
  const path = url.pathname.startsWith("/po/") ? "/po/execute" : url.pathname;
  const label = `${method} ${path}`;
  if (strand.openTransactions > 0) ports.onCallInTransaction(label);
  await scheduler.point(strand, `> ${label}`);
  const fault = ports.fault({ method, path });
  if (fault === "refused") throw networkError("ECONNREFUSED", "connect");
  if (fault === "cut_before") throw networkError("ECONNRESET", "read");
  if (fault === "error_before") return answer(503, "text/plain", "down");
  if (fault === "timeout_before") {
    await scheduler.sleep(strand, timeoutMs, `no answer to ${label}`);
    throw networkError("UND_ERR_HEADERS_TIMEOUT");
  }
  const response = await ports.sandbox.fetch(
    new Request(url, {
      method,
      headers: init.headers ?? {},
      ...(init.body === undefined || init.body === null ? {} : { body: init.body }),
    }),
  );
  const text = await response.text();
  ports.onEffect();
  if (fault === "timeout_after") {
    await scheduler.sleep(strand, timeoutMs, `no answer to ${label}`);
    throw networkError("UND_ERR_HEADERS_TIMEOUT");
  }
  await scheduler.point(strand, `< ${label}: ${response.status}`);
  if (fault === "cut_after") throw networkError("ECONNRESET", "read");
  if (fault === "error_after") return answer(502, "text/html", "<h1>Bad gateway</h1>");
  if (fault === "html_after") return answer(200, "text/html", "<h1>Sign in</h1>");
  const type = response.headers.get("content-type") ?? "application/json";
  return answer(response.status, type, fault === "wrong_amount" ? withOtherAmount(text) : text);
}

/** The same answer about one cent more. */
function withOtherAmount(text: string): string {
  return text.replaceAll(
    /"(amount|total)":\s?(\d+)/g,
    (_, name: string, amount: string) => `"${name}":${Number(amount) + 1}`,
  );
}

function answer(status: number, contentType: string, text: string): Response {
  const isEmpty = status === 204;
  return new Response(isEmpty ? null : text, { status, headers: { "content-type": contentType } });
}

function networkError(code: string, syscall?: string): TypeError {
  return new TypeError("fetch failed", {
    cause: Object.assign(new Error(code), { code, ...(syscall === undefined ? {} : { syscall }) }),
  });
}
