import { argon2, createHmac, timingSafeEqual } from "node:crypto";
import type { Context } from "../context.ts";
import { DomainError, invariant } from "../errors.ts";
import { normalizePassword, passwordLimits } from "./password-policy.ts";

/** OWASP Password Storage: argon2id, 46 MiB, one pass, one lane. */
const current = { memory: 47_104, passes: 1, parallelism: 1 } as const;
const saltBytes = 16;
const tagBytes = 32;

interface Argon2Parameters {
  memory: number;
  passes: number;
  parallelism: number;
}

type PasswordContext = Pick<Context, "keyring" | "ids">;

/** A hash of nobody's password, in today's form: unknown users cost the same time as known ones. */
const dummyHash = encodePhc(current, Buffer.alloc(saltBytes, 1), Buffer.alloc(tagBytes, 2));

/** PHC string ($argon2id$…) of a password that `acceptPassword` let through. */
export async function hashPassword(ctx: PasswordContext, password: string): Promise<string> {
  const salt = ctx.ids.bytes(saltBytes);
  return encodePhc(current, salt, await derive(ctx, password, salt, current));
}

export interface PasswordVerdict {
  matches: boolean;
  /** Hashed with older parameters than today's: hash it again while the password is at hand. */
  outdated: boolean;
}

/**
 * Compares in constant time. `stored` undefined: no such user; takes as long, and never matches.
 *
 * @throws DomainError BUSY when too many comparisons wait already
 */
export async function verifyPassword(
  ctx: PasswordContext,
  password: string,
  stored: string | undefined,
): Promise<PasswordVerdict> {
  const { parameters, salt, tag } = decodePhc(stored ?? dummyHash);
  // Longer than any that was accepted: not worth hashing, but the work is done all the same.
  const tooLong = Buffer.byteLength(password) > passwordLimits.maxBytes * 4;
  const derived = await derive(ctx, tooLong ? "" : password, salt, parameters);
  const matches = timingSafeEqual(derived, tag) && stored !== undefined && !tooLong;
  return { matches, outdated: isOlder(parameters) };
}

function isOlder({ memory, passes, parallelism }: Argon2Parameters): boolean {
  return memory < current.memory || passes < current.passes || parallelism !== current.parallelism;
}

function derive(
  ctx: PasswordContext,
  password: string,
  salt: Buffer,
  { memory, passes, parallelism }: Argon2Parameters,
): Promise<Buffer> {
  // The pepper is not in the database: a copy of the table alone cannot be attacked, however weak the passwords.
  const message = createHmac("sha256", ctx.keyring.passwordPepper)
    .update(normalizePassword(password))
    .digest();
  return argon2Gate(
    () =>
      new Promise((resolve, reject) => {
        argon2(
          "argon2id",
          { message, nonce: salt, memory, passes, parallelism, tagLength: tagBytes },
          (error, key) => {
            if (error === null) resolve(key);
            else reject(error);
          },
        );
      }),
  );
}

/** Each hash takes 46 MiB and a thread: a flood of sign-ins must not starve everything else. Per process. */
const argon2Gate = concurrencyGate({ running: 4, waiting: 32 });

/** At most `running` at a time, at most `waiting` in line, the rest is turned away at once. */
export function concurrencyGate(limits: { running: number; waiting: number }) {
  let running = 0;
  const line: (() => void)[] = [];
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running < limits.running) {
      running++;
    } else {
      if (line.length >= limits.waiting) {
        throw new DomainError("BUSY", "The service is busy. Try again in a few seconds.", {
          retryAfterMs: 2_000,
        });
      }
      // Whoever finishes hands over the place, so nobody can slip in between.
      await new Promise<void>((resolve) => {
        line.push(resolve);
      });
    }
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

function encodePhc(parameters: Argon2Parameters, salt: Buffer, tag: Buffer): string {
  const { memory, passes, parallelism } = parameters;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}

function decodePhc(text: string): { parameters: Argon2Parameters; salt: Buffer; tag: Buffer } {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/.exec(
      text,
    );
  const [, memory, passes, parallelism, salt, tag] = match ?? [];
  invariant(salt !== undefined && tag !== undefined, "a stored password hash cannot be read");
  return {
    parameters: {
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
    },
    salt: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
}
