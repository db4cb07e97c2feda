import { TRPCClientError } from "@trpc/client";
import { readJsonBytes } from "@revio-wallet/web-server/read-body";
import { z } from "zod";
import { readSessionToken, writeSessionToken } from "../../../auth/session-cookie.ts";
import { apiClient } from "../../../trpc/api-client.ts";
import { isSameOrigin } from "../same-origin.ts";

const maxBodyBytes = 64 * 1024;

const finished = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("passkey"),
    challengeId: z.string(),
    label: z.string(),
    response: z.looseObject({}),
  }),
  z.object({ kind: z.literal("totp"), code: z.string() }),
]);

/**
 * A new factor is there. If it completes the sign-in the session gets another token, which goes into the cookie here; the
 * browser hears of its recovery codes alone.
 */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return answer(403, { message: "This request is not ours." });
  const read = await readJsonBytes(request, maxBodyBytes);
  if ("refused" in read) return answer(413, { message: "That is too much at once." });
  const given = finished.safeParse(parsed(read.bytes));
  if (!given.success) return answer(400, { message: "Something is missing. Start again." });
  const api = await apiClient(await readSessionToken());
  try {
    const { data } = given;
    const added =
      data.kind === "totp"
        ? await api.factor.finishTotp.mutate({ code: data.code })
        : await api.factor.finishPasskey.mutate({
            challengeId: data.challengeId,
            label: data.label,
            response: data.response as never,
          });
    if (added.token !== null) await writeSessionToken(added.token);
    return answer(200, { recoveryCodes: added.recoveryCodes });
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    return answer(error.data === undefined ? 503 : 400, { message: error.message });
  }
}

/** Null for what is no JSON. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

function answer(status: number, body: object): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}
