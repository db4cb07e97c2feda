import { DomainError } from "../errors.ts";

/** The payment provider takes names of up to 128 characters. */
const maxCharacters = 128;

/**
 * Trimmed, NFC. Names are names: any script, no shape but a letter in it and nothing invisible.
 *
 * @throws DomainError INVALID_INPUT
 */
export function parsePersonName(text: string, what: string): string {
  const name = text.normalize("NFC").trim().replace(/\s+/gu, " ");
  const shown = !/\p{C}/u.test(name);
  if (!/\p{L}/u.test(name) || !shown || Array.from(name).length > maxCharacters) {
    throw new DomainError(
      "INVALID_INPUT",
      `${what} needs 1 to ${maxCharacters} characters, with a letter in it.`,
    );
  }
  return name;
}
