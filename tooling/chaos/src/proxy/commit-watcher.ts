/** Codes of messages that come before the protocol proper and have no type byte. */
const sslRequest = 80_877_103;
const gssRequest = 80_877_104;
const cancelRequest = 80_877_102;

const commit = /(^|;)\s*(COMMIT|END)(\s+(WORK|TRANSACTION))?\s*;?\s*$/i;

/**
 * Reads what a client sends to PostgreSQL, enough to see that it commits: a simple query (`Q`) or a `Parse` (`P`) whose
 * text ends with COMMIT. Everything else is stepped over by its length.
 */
export class CommitWatcher {
  #rest: Buffer = Buffer.alloc(0);
  #started = false;

  /** @returns true if this chunk completes a message that commits */
  sees(chunk: Buffer): boolean {
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let found = false;
    for (;;) {
      const header = this.#started ? 5 : 8;
      if (buffer.length < header) break;
      const length = buffer.readInt32BE(this.#started ? 1 : 0) + (this.#started ? 1 : 0);
      if (length < header - 1) throw new Error(`not the PostgreSQL protocol: length ${length}`);
      if (buffer.length < length) break;
      found = this.#read(buffer.subarray(0, length)) || found;
      buffer = buffer.subarray(length);
    }
    this.#rest = Buffer.from(buffer);
    return found;
  }

  #read(message: Buffer): boolean {
    if (!this.#started) {
      const code = message.readInt32BE(4);
      this.#started = ![sslRequest, gssRequest, cancelRequest].includes(code);
      return false;
    }
    const type = String.fromCharCode(message[0] ?? 0);
    if (type !== "Q" && type !== "P") return false;
    // `P` has the statement's name first, ended by a zero as every text is.
    const start = type === "Q" ? 5 : message.indexOf(0, 5) + 1;
    const end = message.indexOf(0, start);
    return commit.test(message.toString("utf8", start, end));
  }
}
