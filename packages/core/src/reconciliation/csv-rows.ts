/** The file is not what we can read; the message names the place, never a value. */
export class StatementUnreadable extends Error {
  override readonly name = "StatementUnreadable";
}

const maxFieldCharacters = 64 * 1024;
const maxFields = 200;

/**
 * Where the reading stands: at the start of a field, in a plain one, in a quoted one, behind a quote in a quoted one (its
 * end, or half of a doubled quote), behind a CR.
 */
type State = "start" | "plain" | "quoted" | "quote" | "cr";

/**
 * Rows of a CSV file (RFC 4180, comma, LF or CRLF), as its text comes in pieces of any size, in bounded memory: what is
 * kept between two pieces is one unfinished row. Empty lines are no rows.
 *
 * @throws StatementUnreadable for a stray quote or CR, a field or row without end, a quote that is never closed
 */
export class CsvRows {
  readonly #delimiter = /[",\r\n]/g;
  #rows: string[][] = [];
  #row: string[] = [];
  #field = "";
  #state: State = "start";
  #rowNo = 1;

  /** The rows that this piece ends. */
  push(text: string): string[][] {
    for (let at = 0; at < text.length;) at = this.#take(text, at);
    return this.#handOver();
  }

  /** The last row, if the file does not end with a line break. */
  end(): string[][] {
    if (this.#state === "quoted") throw this.#unreadable("a quote that is never closed");
    if (this.#row.length > 0 || this.#field !== "" || this.#state === "quote") this.#endRow();
    return this.#handOver();
  }

  /** Takes what belongs together from `at`; returns where to go on. */
  #take(text: string, at: number): number {
    if (this.#state === "quoted") return this.#takeQuoted(text, at);
    this.#delimiter.lastIndex = at;
    const next = this.#delimiter.exec(text)?.index ?? text.length;
    if (this.#state === "cr" && text.charAt(at) !== "\n") {
      throw this.#unreadable("a CR without LF");
    }
    if (next === at) {
      this.#takeDelimiter(text.charAt(at));
      return at + 1;
    }
    if (this.#state === "quote") throw this.#unreadable("text behind a closing quote");
    this.#add(text.slice(at, next));
    this.#state = "plain";
    return next;
  }

  #takeQuoted(text: string, at: number): number {
    const quote = text.indexOf('"', at);
    this.#add(text.slice(at, quote === -1 ? text.length : quote));
    if (quote === -1) return text.length;
    this.#state = "quote";
    return quote + 1;
  }

  #takeDelimiter(character: string): void {
    if (character === ",") this.#endField();
    else if (character === "\n") this.#endRow();
    else if (character === "\r") this.#state = "cr";
    else if (this.#state === "start") this.#state = "quoted";
    else if (this.#state === "quote") {
      this.#add('"');
      this.#state = "quoted";
    } else throw this.#unreadable("a quote inside a field");
  }

  #add(text: string): void {
    this.#field += text;
    if (this.#field.length > maxFieldCharacters) throw this.#unreadable("a field without end");
  }

  #endField(): void {
    this.#row.push(this.#field);
    this.#field = "";
    this.#state = "start";
    if (this.#row.length > maxFields) throw this.#unreadable("a row without end");
  }

  #endRow(): void {
    this.#endField();
    if (this.#row.length > 1 || this.#row[0] !== "") this.#rows.push(this.#row);
    this.#row = [];
    this.#rowNo += 1;
  }

  #handOver(): string[][] {
    const ended = this.#rows;
    this.#rows = [];
    return ended;
  }

  #unreadable(what: string): StatementUnreadable {
    return new StatementUnreadable(`row ${this.#rowNo}: ${what}`);
  }
}
