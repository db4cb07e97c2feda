/** Names of fields whose value is a credential: whoever has it can move money or pay as somebody. */
const secretName =
  /(^|_)(execution_url|direct_post_url|token|secret|password|cvc|cvv|pin|api_key)$/i;
const jsonString = String.raw`"(?:[^"\\]|\\.)*"`;
const stringField = new RegExp(`(${jsonString})(\\s*:\\s*)(${jsonString})`, "g");
const manyDigits = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g;
const address = /(https?:\/\/[^\s"'<>/\\]+)[^\s"'<>]*/g;

/**
 * The text of a body for people who may see it: execution URLs, tokens and card numbers are starred even for them. A body that is
 * not JSON keeps no path of any address either, because none of its parts has a name.
 */
export function maskBody(text: string): string {
  const masked = text
    .replace(stringField, (whole, name: string, colon: string, value: string) =>
      secretName.test(unquoted(name)) ? `${name}${colon}"${stars(value.length - 2)}"` : whole,
    )
    .replace(manyDigits, (digits) => (isCardNumber(digits) ? stars(digits.length) : digits));
  return isJson(text) ? masked : masked.replace(address, (_, origin: string) => `${origin}/***`);
}

function stars(length: number): string {
  return "*".repeat(Math.max(length, 0));
}

function unquoted(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The check digit of card numbers (Luhn). */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/g, "").split("").toReversed().map(Number);
  const sum = digits.reduce((total, digit, place) => {
    if (place % 2 === 0) return total + digit;
    return total + (digit > 4 ? digit * 2 - 9 : digit * 2);
  }, 0);
  return sum % 10 === 0;
}
