import { inspect } from "node:util";

const MASK = "[secret]";

/**
 * A string that must not be printed: the API key, an `execution_url`, a presigned `download_url`,
 * the raw body of an error. Every ordinary way to print it (template, JSON, `util.inspect`, logger)
 * gives `[secret]`; only `reveal()` gives the value, so a leak has to be written on purpose.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

export function revealSecret(value: Secret | string): string {
  return typeof value === "string" ? value : value.reveal();
}
