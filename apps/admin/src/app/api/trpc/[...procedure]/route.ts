import { clientAddressOf } from "@revio-wallet/web-server/guard-http-server";
import { readJsonBytes } from "@revio-wallet/web-server/read-body";
import { readSessionToken } from "../../../../auth/session-cookie.ts";
import { apiHeaders, apiUrl } from "../../../../trpc/api-client.ts";
import { isSameOrigin } from "../../same-origin.ts";

/** Answers of these hold the session's token, which no browser sees: they are called by routes of their own. */
const notForBrowsers: ReadonlySet<string> = new Set([
  "session.start",
  "session.passFactor",
  "session.signOut",
  "factor.finishPasskey",
  "factor.finishTotp",
]);
const maxBodyBytes = 64 * 1024;

/** Hands a call of a page on to the API, in the name of whose session the cookie holds. The API decides. */
async function handle(
  request: Request,
  { params }: { params: Promise<{ procedure: string[] }> },
): Promise<Response> {
  const { procedure } = await params;
  const [path = "", ...more] = procedure;
  const names = path.split(",");
  if (
    more.length > 0 ||
    !/^[\w.,]{1,500}$/.test(path) ||
    names.some((name) => notForBrowsers.has(name))
  )
    return refuse(404);
  if (!isSameOrigin(request)) return refuse(403);
  const read = request.method === "POST" ? await readJsonBytes(request, maxBodyBytes) : undefined;
  if (read !== undefined && "refused" in read) return refuse(413);
  const body = read && new Uint8Array(read.bytes);
  const stepUp = request.headers.get("x-step-up-id");
  const accept = request.headers.get("accept");
  try {
    const answer = await fetch(`${apiUrl()}/${path}${new URL(request.url).search}`, {
      method: request.method,
      ...(body === undefined ? {} : { body }),
      headers: {
        ...apiHeaders({
          sessionToken: await readSessionToken(),
          address: clientAddressOf(request.headers),
        }),
        "content-type": "application/json",
        ...(stepUp === null ? {} : { "x-step-up-id": stepUp }),
        ...(accept === null ? {} : { accept }),
      },
      cache: "no-store",
      redirect: "error",
      // A stream of events lives as long as somebody looks; the API ends it.
      signal: request.signal,
    });
    return new Response(answer.body, { status: answer.status, headers: passedOn(answer.headers) });
  } catch {
    return refuse(503);
  }
}

function passedOn(headers: Headers): Headers {
  const kept = ["content-type", "retry-after", "x-request-id", "server-timing"];
  const passed = new Headers({ "cache-control": "no-store, no-transform" });
  for (const name of kept) {
    const value = headers.get(name);
    if (value !== null) passed.set(name, value);
  }
  return passed;
}

function refuse(status: number): Response {
  return Response.json(null, { status, headers: { "cache-control": "no-store" } });
}

export { handle as GET, handle as POST };
