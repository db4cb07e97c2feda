import { createHash } from "node:crypto";
import type { Context } from "./context.ts";

/** 256 random bits, shown once. */
export function newSecretToken(ctx: Pick<Context, "ids">): string {
  return ctx.ids.bytes(32).toString("base64url");
}

/** The database holds only this, so a copy of it opens nothing. */
export function hashSecretToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
