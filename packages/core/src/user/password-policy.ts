import { DomainError } from "../errors.ts";
import { commonPassphrases, commonPasswordWords } from "./common-passwords.ts";

/** OWASP ASVS 5 (6.2): length and guessability decide. No rules on kinds of characters, no expiry. */
export const passwordLimits = { minCharacters: 15, maxBytes: 256 } as const;

/** The product's own names are the first thing to try against it. */
const brandWords = ["revio", "wallet", "reviowallet"];
/** What must be left of a password when words, runs and years are taken out. */
const minUnpredictable = 6;

/** The form in which a password is judged and hashed: the same key presses on any device give the same bytes. */
export function normalizePassword(password: string): string {
  return password.normalize("NFC");
}

/**
 * Accepts a new password, normalised. `personalWords` are names and addresses of the user.
 *
 * @throws DomainError INVALID_INPUT with what to do; the message never repeats the password
 */
export function acceptPassword(password: string, personalWords: string[]): string {
  if (/\p{Cs}/u.test(password)) throw refused("It holds characters that cannot be stored.");
  const normal = normalizePassword(password);
  if (Array.from(normal).length < passwordLimits.minCharacters) {
    throw refused(`Use at least ${passwordLimits.minCharacters} characters; a few words will do.`);
  }
  if (Buffer.byteLength(normal) > passwordLimits.maxBytes) {
    throw refused(`Use at most ${passwordLimits.maxBytes} bytes.`);
  }
  const words = contextWords(personalWords);
  if (unpredictable(normal, words) < minUnpredictable) {
    throw words.some((word) => fold(normal).includes(word))
      ? refused("It is built from your name, your e-mail address or the name of this service.")
      : refused("It is built from words and runs that everybody tries first. Choose rarer ones.");
  }
  return normal;
}

function refused(reason: string): DomainError {
  return new DomainError("INVALID_INPUT", `This password cannot be used. ${reason}`);
}

/** Lower case, without accents and blanks. */
function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\s\p{M}]/gu, "");
}

function contextWords(personalWords: string[]): string[] {
  const parts = personalWords.flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)]);
  return [...brandWords, ...parts.map(fold).filter((part) => part.length >= 3)];
}

/**
 * How many characters are left when everything guessable is taken out: read with the punctuation between the letters,
 * and without.
 */
function unpredictable(password: string, words: string[]): number {
  const punctuation = /[\p{P}\p{S}]/gu;
  const reading = fold(password);
  const signs = new Set(reading.match(punctuation)).size;
  const bare = reading.replace(punctuation, "");
  return Math.min(withoutGuessable(reading, words), withoutGuessable(bare, words) + signs);
}

function withoutGuessable(reading: string, words: string[]): number {
  const guessable = [...words, ...commonPasswordWords, ...commonPassphrases].sort(
    (a, b) => b.length - a.length,
  );
  let left = reading;
  // Character for character the same text, with the digits that stand for letters read as such.
  let spelled = unswap(reading);
  for (const word of guessable) {
    for (;;) {
      const at = Math.max(left.indexOf(word), spelled.indexOf(word));
      if (at < 0) break;
      left = blank(left, at, word.length);
      spelled = blank(spelled, at, word.length);
    }
  }
  return withoutRuns(left.replace(/(?:19|20)\d\d/g, " "));
}

function blank(text: string, at: number, length: number): string {
  return text.slice(0, at) + " ".repeat(length) + text.slice(at + length);
}

/** "p4ssw0rd" read as "password". */
function unswap(text: string): string {
  const digits = "013457$@";
  return text.replace(/[013457$@]/g, (sign) => "oieastsa".charAt(digits.indexOf(sign)));
}

/** Counts characters, but one of a run ("aaaa", "4567", "dcba") and one of a repeated block ("xyxyxy") for its length. */
function withoutRuns(text: string): number {
  const once = text.replace(/(.{1,8}?)\1+/gsu, "$1");
  const codes = Array.from(once.replaceAll(" ", ""), (sign) => sign.codePointAt(0) ?? 0);
  let count = 0;
  let step = Number.NaN;
  for (const [index, code] of codes.entries()) {
    const next = code - (codes[index - 1] ?? Number.NaN);
    const runsOn = Math.abs(next) <= 1 && (next === step || index === 1);
    if (!runsOn) count++;
    step = next;
  }
  return count;
}
