import { maxAmountMinor } from "../money.ts";

/** What a text that somebody searches for may be. Several at once: "1250" is an amount and a word. */
export interface SearchTerms {
  /** In lower case, with hyphens. */
  uuid: string | undefined;
  /** "DEP-7K3M-9QX2-PA4T", or how one begins. */
  reference: string | undefined;
  email: string | undefined;
  amountMinor: bigint | undefined;
  /** The text itself, for what has a name of its own: account code, entry key, request id, "purchase:<id>". */
  exact: string;
  /** In lower case, for names of people, accounts and breaks; undefined if it is too short for that. */
  words: string | undefined;
}

/** @param text as typed or pasted */
export function parseSearch(text: string): SearchTerms {
  const exact = text.trim().replace(/^["'`]+|["'`]+$/g, "");
  const words = exact.toLowerCase().replace(/\s+/g, " ");
  return {
    uuid: parseUuid(exact),
    reference: parseReference(exact),
    email: /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(exact) ? words : undefined,
    amountMinor: parseAmount(exact),
    exact,
    words: words.length >= 2 && /\p{L}/u.test(words) ? words : undefined,
  };
}

/** With or without hyphens and braces, in either case. */
function parseUuid(text: string): string | undefined {
  const parts =
    /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/.exec(
      text.toLowerCase(),
    );
  return parts?.slice(1).join("-");
}

/**
 * As read over the telephone: any case, with or without hyphens, O for 0, I and L for 1. A beginning needs two characters of
 * the number, and its hyphen: "deposit" is a word.
 */
function parseReference(text: string): string | undefined {
  const [, prefix, rest = ""] =
    /^(DEP|WDR|RFD|CHB|ADJ)([-\s][-\s0-9A-Z]*|[0-9A-Z]{12})$/.exec(text.toUpperCase()) ?? [];
  const digits = rest.replace(/[-\s]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  if (prefix === undefined || !/^[0-9A-HJKMNP-TV-Z]{2,12}$/.test(digits)) return undefined;
  return [prefix, ...(digits.match(/.{1,4}/g) ?? [])].join("-");
}

/**
 * "1250", "1 250,00", "R 1,250.00", "ZAR1250.5": minor units of a currency with two decimals. The last separator is the decimal one
 * if one or two digits follow it; another one must stand before groups of three.
 */
export function parseAmount(text: string): bigint | undefined {
  const plain = text
    .toUpperCase()
    .replace(/^(ZAR|R)(?=[\s\d])/, "")
    .replace(/\s*ZAR$/, "")
    .trim();
  const [, integer = "", point, fraction = ""] = /^(.*?)(?:([.,])(\d{1,2}))?$/u.exec(plain) ?? [];
  const [, separator] = /^\d{1,3}(?:([\s,.'])\d{3})(?:\1\d{3})*$/u.exec(integer) ?? [];
  const isGrouped = separator !== undefined && separator !== point;
  if (!isGrouped && !/^\d+$/.test(integer)) return undefined;
  const minor = BigInt(integer.replace(/\D/g, "") + fraction.padEnd(2, "0"));
  return minor > 0n && minor <= maxAmountMinor ? minor : undefined;
}
