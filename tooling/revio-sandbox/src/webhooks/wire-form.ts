import type { Json } from "../json.ts";

/**
 * The one-line text that Revio signs: PostgreSQL `jsonb` key order (byte length, then bytes, in
 * nested objects too) printed with Python's separators `", "` and `": "`.
 *
 * A receiver that parses and prints the body again gets other bytes, so its signature check fails
 * here exactly as it would at Revio.
 *
 * @param escapeNonAscii true prints `\uXXXX` as Python does by default; false prints raw UTF-8
 */
export function wireForm(value: Json, escapeNonAscii: boolean): string {
  if (typeof value === "string") return printString(value, escapeNonAscii);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => wireForm(item, escapeNonAscii)).join(", ")}]`;
  }
  const members = Object.keys(value)
    .sort(compareKeys)
    .map((key) => `${printString(key, escapeNonAscii)}: ${wireForm(value[key]!, escapeNonAscii)}`);
  return `{${members.join(", ")}}`;
}

function compareKeys(left: string, right: string): number {
  const leftBytes = Buffer.from(left, "utf8");
  const rightBytes = Buffer.from(right, "utf8");
  return leftBytes.length - rightBytes.length || Buffer.compare(leftBytes, rightBytes);
}

function printString(text: string, escapeNonAscii: boolean): string {
  const printed = JSON.stringify(text);
  if (!escapeNonAscii) return printed;
  // Code units, not code points: Python prints a surrogate pair as two escapes.
  return printed.replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
