import { DomainError } from "../errors.ts";

/**
 * International form (E.164), blanks and hyphens taken out.
 *
 * @throws DomainError INVALID_INPUT
 */
export function parsePhoneNumber(text: string): string {
  const phone = text.replace(/[ ()-]/g, "");
  if (!/^\+[1-9][0-9]{7,14}$/.test(phone)) {
    throw new DomainError("INVALID_INPUT", "Write the phone number like +27 82 123 4567.");
  }
  return phone;
}
