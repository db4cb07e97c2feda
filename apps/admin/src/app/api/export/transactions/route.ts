import { clientAddressOf } from "@revio-wallet/web-server/guard-http-server";
import { readJsonBytes } from "@revio-wallet/web-server/read-body";
import { readSessionToken } from "../../../../auth/session-cookie.ts";
import { readEnv } from "../../../../env.ts";
import { apiHeaders } from "../../../../trpc/api-client.ts";
import { isSameOrigin } from "../../same-origin.ts";

const maxBodyBytes = 16 * 1024;

/** Hands a file of the API on as it comes, in the name of whose session the cookie holds. */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return refuse(403);
  const read = await readJsonBytes(request, maxBodyBytes);
  if ("refused" in read) return refuse(413);
  try {
    const answer = await fetch(new URL("/internal/export/transactions", readEnv().API_URL), {
      method: "POST",
      body: new Uint8Array(read.bytes),
      headers: {
        ...apiHeaders({
          sessionToken: await readSessionToken(),
          address: clientAddressOf(request.headers),
        }),
        "content-type": "application/json",
      },
      cache: "no-store",
      redirect: "error",
      signal: request.signal,
    });
    const headers = new Headers({ "cache-control": "no-store, no-transform" });
    for (const name of ["content-type", "content-disposition", "x-request-id"]) {
      const value = answer.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    return new Response(answer.body, { status: answer.status, headers });
  } catch {
    return refuse(503);
  }
}

function refuse(status: number): Response {
  return Response.json(null, { status, headers: { "cache-control": "no-store" } });
}
