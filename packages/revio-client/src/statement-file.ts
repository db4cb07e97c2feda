import type { RevioError } from "./errors.ts";

const MAX_LINE_CHARACTERS = 1024 * 1024;

interface Source {
  response: Response;
  maxBytes: number;
  tooLarge: () => RevioError;
  broken: (thrown: unknown) => RevioError;
  onEnd: () => void;
}

/** A statement being downloaded. It can be read once; leaving the loop early closes the connection. */
export class StatementFile {
  readonly contentType: string | null;
  readonly #source: Source;
  #isRead = false;

  constructor(source: Source) {
    this.#source = source;
    this.contentType = source.response.headers.get("content-type");
  }

  /** The raw bytes, as they come: what is kept as evidence. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#isRead) throw new Error("A statement can be read only once.");
    this.#isRead = true;
    const { response, maxBytes, tooLarge, broken, onEnd } = this.#source;
    const reader = (response.body ?? new Blob([]).stream()).getReader();
    let size = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read().catch((thrown: unknown) => {
          throw broken(thrown);
        });
        if (done) return;
        size += value.byteLength;
        if (size > maxBytes) throw tooLarge();
        yield value;
      }
    } finally {
      onEnd();
      await reader.cancel().catch(() => undefined);
    }
  }

  /**
   * Text lines without their ends (CRLF or LF), UTF-8, byte-order mark removed. A quoted CSV field may
   * span lines: joining them is the CSV parser's work.
   */
  async *lines(): AsyncGenerator<string, void, undefined> {
    const { broken, tooLarge } = this.#source;
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const decode = (chunk?: Uint8Array): string => {
      try {
        return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
      } catch (thrown) {
        throw broken(thrown);
      }
    };
    let rest = "";
    for await (const chunk of this.chunks()) {
      const lines = (rest + decode(chunk)).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > MAX_LINE_CHARACTERS) throw tooLarge();
      for (const line of lines) yield line.replace(/\r$/, "");
    }
    rest += decode();
    if (rest !== "") yield rest.replace(/\r$/, "");
  }
}
