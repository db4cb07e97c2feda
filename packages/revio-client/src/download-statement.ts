import type { CallOptions, ResponseEvent } from "./call.ts";
import {
  type ContractBreach,
  RevioContractViolation,
  RevioError,
  RevioInvalidRequest,
  RevioRateLimited,
  RevioRejected,
  RevioUnavailable,
} from "./errors.ts";
import { type Deadline, FETCH_SAFETY, discardBody, startDeadline } from "./exchange.ts";
import { nextDelay, parseRetryAfter } from "./retry-policy.ts";
import { type Secret, revealSecret } from "./secret.ts";
import { StatementFile } from "./statement-file.ts";
import {
  availabilityOf,
  circuitOpen,
  type TransportConfig,
  notify,
  reasonOf,
} from "./transport.ts";

const operation = "companyStatements.download";

export interface StatementDownloads {
  config: TransportConfig;
  /** Hosts (with port, if not the default) that files may come from. */
  allowedHosts: ReadonlySet<string>;
  /** Plain http only where Revio itself is spoken to over http, on this machine. */
  allowHttp: boolean;
  maxBytes: number;
  timeoutMs: number;
}

export interface DownloadOptions extends CallOptions {
  maxBytes?: number | undefined;
}

/** Only listed hosts: a URL from a payload must not reach the inside of our network. */
function allowedUrl(downloads: StatementDownloads, value: string): URL {
  const url = URL.parse(value);
  if (url === null) throw new RevioInvalidRequest("download_url is not a URL.", { operation });
  const isSecure = url.protocol === "https:" || (downloads.allowHttp && url.protocol === "http:");
  if (isSecure && !url.username && !url.password && downloads.allowedHosts.has(url.host))
    return url;
  throw new RevioInvalidRequest(
    `download_url is on a host that is not allowed (${url.host.slice(0, 100)}). Nothing was fetched.`,
    { operation },
  );
}

/** The store's status, not Revio's: a 403 is an expired URL, not a revoked key. */
function refuse(response: Response, nowMs: number): RevioError | null {
  const httpStatus = response.status;
  const facts = { operation, httpStatus };
  const violate = (violation: ContractBreach) =>
    new RevioContractViolation({ ...facts, violation });
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), nowMs);
  if (httpStatus === 200) {
    const isPage = /^text\/html\b/i.test(response.headers.get("content-type") ?? "");
    return isPage ? violate("not_json") : null;
  }
  if (httpStatus === 429) return new RevioRateLimited({ ...facts, retryAfterMs });
  if (httpStatus === 408 || httpStatus >= 500) {
    return new RevioUnavailable({ ...facts, reason: "http_status", retryAfterMs });
  }
  if (httpStatus >= 400) return new RevioRejected({ ...facts, errors: [], rawBody: "" });
  return violate(httpStatus >= 200 && httpStatus < 300 ? "unexpected_status" : "redirect");
}

function unanswered(deadline: Deadline, thrown: unknown): RevioUnavailable {
  const { reason, networkCode } = deadline.explain(thrown);
  return new RevioUnavailable({ operation, reason, networkCode });
}

async function open(
  downloads: StatementDownloads,
  url: URL,
  options: DownloadOptions,
): Promise<StatementFile> {
  if (options.signal?.aborted) throw new RevioUnavailable({ operation, reason: "aborted" });
  const deadline = startDeadline(options.timeoutMs ?? downloads.timeoutMs, options.signal);
  try {
    // No Authorization: the signature in the URL is the authority, and the host is not Revio.
    const response = await downloads.config.fetch(url, {
      ...FETCH_SAFETY,
      signal: deadline.signal,
    });
    const refusal = refuse(response, downloads.config.now());
    if (refusal !== null) {
      await discardBody(response);
      throw refusal;
    }
    return new StatementFile({
      response,
      maxBytes: options.maxBytes ?? downloads.maxBytes,
      tooLarge: () =>
        new RevioContractViolation({ operation, httpStatus: 200, violation: "too_large" }),
      broken: (thrown) => unanswered(deadline, thrown),
      // The timer runs on: a store that drips one byte a minute must end too.
      onEnd: deadline.clear,
    });
  } catch (thrown) {
    deadline.clear();
    throw thrown instanceof RevioError ? thrown : unanswered(deadline, thrown);
  }
}

/** The store has a circuit of its own: it is not Revio. */
async function openThroughCircuit(
  downloads: StatementDownloads,
  url: URL,
  options: DownloadOptions,
): Promise<StatementFile | RevioError> {
  const call = { operation, kind: "read" } as const;
  const outcome = await downloads.config.circuits.attempt(call, async () => {
    const result = await open(downloads, url, options).catch((thrown: unknown) => {
      if (thrown instanceof RevioError) return thrown;
      throw thrown;
    });
    return { result, says: availabilityOf(result instanceof RevioError ? result : null) };
  });
  return "result" in outcome ? outcome.result : circuitOpen(operation, outcome.refusedForMs);
}

/**
 * Opens a presigned `download_url` of a company statement as a stream. The time limit covers the whole
 * stream; reading may throw `RevioUnavailable` or, above `maxBytes`, `RevioContractViolation`.
 * @throws RevioInvalidRequest for a host that is not on the list, before anything is sent
 * @throws RevioRejected when the URL has expired (get the statement again for a fresh one)
 */
export async function downloadStatement(
  downloads: StatementDownloads,
  downloadUrl: Secret | string,
  options: DownloadOptions = {},
): Promise<StatementFile> {
  const { config } = downloads;
  const url = allowedUrl(downloads, revealSecret(downloadUrl));
  config.beforeCall?.(operation);
  config.circuits.budget.earn();
  for (let attempt = 1; ; attempt += 1) {
    const request = { operation, method: "GET", pathTemplate: "{download_url}", attempt };
    notify(config.log, request, [config.hooks.onRequest, options.onRequest]);
    const startedMs = config.now();
    const outcome = await openThroughCircuit(downloads, url, options);
    const error = outcome instanceof RevioError ? outcome : null;
    const event: ResponseEvent = {
      ...request,
      status: error === null ? 200 : error.httpStatus,
      durationMs: config.now() - startedMs,
      outcome: error?.code ?? "ok",
      detail: error === null ? null : reasonOf(error),
      objectId: null,
    };
    notify(config.log, event, [config.hooks.onResponse, options.onResponse]);
    if (!(outcome instanceof RevioError)) return outcome;
    const { circuits, retry, random } = config;
    const delayMs = nextDelay(retry, circuits.budget, "read", outcome, attempt, random);
    if (delayMs === null) throw outcome;
    config.log?.warn({ ...event, delayMs }, "A call to Revio failed and will be repeated.");
    await config.sleep(delayMs, options.signal).catch(() => undefined);
    if (options.signal?.aborted) throw outcome;
  }
}
