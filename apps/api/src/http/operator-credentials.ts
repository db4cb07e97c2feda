import { createHash, timingSafeEqual } from "node:crypto";
import type { OperatorCredentials } from "../trpc/trpc-context.ts";
import { bearerToken } from "./answer-trpc.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * What the console's server says of the person for whom it calls. Undefined without the service token: the caller is then told
 * that there is nothing here. Compared by digest, in constant time.
 */
export function operatorCredentials(
  headers: Headers,
  serviceToken: string,
): OperatorCredentials | undefined {
  const given = bearerToken(headers);
  if (given === undefined || !timingSafeEqual(digest(given), digest(serviceToken)))
    return undefined;
  return {
    kind: "operator",
    sessionToken: headers.get("x-operator-session") ?? undefined,
    // Who holds the service token is believed about the browser behind it.
    address: headers.get("x-operator-address") ?? undefined,
    stepUpId: uuid.exec(headers.get("x-step-up-id") ?? "")?.[0],
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
