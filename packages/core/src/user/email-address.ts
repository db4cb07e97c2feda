import { z } from "zod";
import { lookupHash } from "../encryption/field-cipher.ts";
import type { Keyring } from "../encryption/keyring.ts";
import { DomainError } from "../errors.ts";

const emailAddress = z.email().max(254);

/** Trimmed, lower case; undefined if it is no address. ASCII only, so that no two addresses look alike. */
export function normalizeEmail(text: string): string | undefined {
  const result = emailAddress.safeParse(text.trim().toLowerCase());
  return result.success ? result.data : undefined;
}

/** @throws DomainError INVALID_INPUT */
export function parseEmail(text: string): string {
  const email = normalizeEmail(text);
  if (email === undefined) {
    throw new DomainError("INVALID_INPUT", "Write the e-mail address like name@example.com.");
  }
  return email;
}

/** Blind index of a normalised address. */
export function emailLookup(keyring: Keyring, email: string): Buffer {
  return lookupHash(keyring.lookupKey, "users.email", email);
}
