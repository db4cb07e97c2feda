import { readEnv } from "../../../env.ts";

export const dynamic = "force-dynamic";

/** The API, without which no page shows anything, is ready too. */
export async function GET(): Promise<Response> {
  const url = new URL("/health/ready", readEnv().API_URL);
  const isReady = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(3_000) })
    .then(({ ok }) => ok)
    .catch(() => false);
  return Response.json({ status: isReady ? "ready" : "unready" }, { status: isReady ? 200 : 503 });
}
