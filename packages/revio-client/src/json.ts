/**
 * A number that was not written as a plain integer (`12.5`, `1250.00`, `1e3`).
 * `JSON.parse` alone would turn `1250.00` into 1250, and rand would be read as cents.
 */
export class InexactNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

const INTEGER_LITERAL = /^-?(?:0|[1-9]\d*)$/;

function markInexact(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number") return value;
  const source = context?.source ?? String(value);
  return INTEGER_LITERAL.test(source) ? value : new InexactNumber(source);
}

/** `JSON.parse` that keeps the difference between `1250` and `1250.00`. Throws on broken JSON. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, markInexact);
}
