import { createHash } from "node:crypto";
import type { Context } from "../../context.ts";

const codes = 10;
const codeBytes = 16;

/** Ten codes of 128 random bits, written in groups of four hexadecimal digits. */
export function newRecoveryCodes(ctx: Pick<Context, "ids">): string[] {
  return Array.from({ length: codes }, () =>
    ctx.ids
      .bytes(codeBytes)
      .toString("hex")
      .replace(/(.{4})(?!$)/g, "$1-"),
  );
}

/** Blanks, hyphens and capitals do not matter. A plain hash will do: 128 random bits cannot be guessed. */
export function hashRecoveryCode(code: string): Buffer {
  const digits = code.toLowerCase().replace(/[\s-]/g, "");
  return createHash("sha256").update(digits).digest();
}
