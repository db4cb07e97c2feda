/**
 * JSON as Revio signs it: keys sorted by length in bytes and then by bytes, ", " and ": ", non-ASCII
 * escaped. Written for the tests, to prove that a re-serialised body does not verify.
 */
export function toWireForm(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toWireForm).join(", ")}]`;
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    });
  }
  const entries = Object.entries(value).sort(([a], [b]) => {
    return (
      Buffer.byteLength(a) - Buffer.byteLength(b) || Buffer.compare(Buffer.from(a), Buffer.from(b))
    );
  });
  return `{${entries.map(([key, item]) => `${toWireForm(key)}: ${toWireForm(item)}`).join(", ")}}`;
}
