import { deleteSessionCookie, readSessionToken } from "../../../auth/session-cookie.ts";
import { apiClient } from "../../../trpc/api-client.ts";
import { isSameOrigin } from "../same-origin.ts";

/** Ends the session behind the API first: a cookie that somebody kept is worth nothing then. */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return Response.json(null, { status: 403 });
  const token = await readSessionToken();
  if (token !== undefined) {
    const api = await apiClient(token);
    // An ended session, or an API that is away: this browser is signed out all the same.
    await api.session.signOut.mutate().catch(() => undefined);
  }
  await deleteSessionCookie();
  return Response.json({ done: true });
}
