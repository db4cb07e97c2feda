import { readEnv } from "../../env.ts";

/**
 * True if a page of ours sent the request: browsers say so themselves, and no other site's page can. The cookie is SameSite=Strict;
 * this is the second lock.
 */
export function isSameOrigin({ headers, method }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  if (method === "GET" || method === "HEAD") return true;
  return headers.get("origin") === readEnv().NEXTAUTH_URL;
}
