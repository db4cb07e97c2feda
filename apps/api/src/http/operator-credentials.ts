import { createHash, timingSafeEqual } from "node:crypto";
import { bearerToken } from "./answer-trpc.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The operator for whom the console's server calls. Undefined without the service token: the caller is then told that
 * there is nothing here. Compared by digest, in constant time.
 */
export function operatorCredentials(
  headers: Headers,
  serviceToken: string,
): { kind: "operator"; operatorId: string } | undefined {
  const given = bearerToken(headers);
  const operatorId = headers.get("x-operator-id") ?? "";
  if (given === undefined || !timingSafeEqual(digest(given), digest(serviceToken)))
    return undefined;
  return uuid.test(operatorId) ? { kind: "operator", operatorId } : undefined;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
