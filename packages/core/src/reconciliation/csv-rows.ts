/** The file is not what we can read; the message names the place, never a value. */
export class StatementUnreadable extends Error {
  override readonly name = "StatementUnreadable";
}

const maxFieldCharacters = 64 * 1024;
const maxFields = 200;

/** Rows of a CSV file (RFC 4180, comma, LF or CRLF), as its text comes in pieces of any size. */
export interface CsvRows {
  /** The rows that this piece ends. Empty lines are no rows. */
  push(text: string): string[][];
  /** The last row, if the file does not end with a line break. */
  end(): string[][];
}

/**
 * Where the reading stands: at the start of a field, in a plain one, in a quoted one, behind a quote in a quoted one (its
 * end, or half of a doubled quote), behind a CR.
 */
type State = "start" | "plain" | "quoted" | "quote" | "cr";

/**
 * Reads CSV in bounded memory: what is kept between two pieces is one unfinished row.
 *
 * @throws StatementUnreadable for a stray quote or CR, a field or row without end, a quote that is never closed
 */
export function csvRows(): CsvRows {
  const delimiter = /[",\r\n]/g;
  let rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let state: State = "start";
  let rowNo = 1;

  const unreadable = (what: string) => new StatementUnreadable(`row ${rowNo}: ${what}`);
  const add = (text: string) => {
    field += text;
    if (field.length > maxFieldCharacters) throw unreadable("a field without end");
  };
  const endField = () => {
    row.push(field);
    field = "";
    state = "start";
    if (row.length > maxFields) throw unreadable("a row without end");
  };
  const endRow = () => {
    endField();
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    rowNo += 1;
  };
  /** Up to the next quote; returns where to go on. */
  const takeQuoted = (text: string, from: number): number => {
    const quote = text.indexOf('"', from);
    add(text.slice(from, quote === -1 ? text.length : quote));
    if (quote !== -1) state = "quote";
    return quote === -1 ? text.length : quote + 1;
  };
  /** Up to the next delimiter. */
  const takePlain = (text: string, from: number): number => {
    delimiter.lastIndex = from;
    const to = delimiter.exec(text)?.index ?? text.length;
    add(text.slice(from, to));
    state = "plain";
    return to;
  };
  const takeDelimiter = (character: string): void => {
    if (character === ",") endField();
    else if (character === "\n") endRow();
    else if (character === "\r") state = "cr";
    else if (state === "start") state = "quoted";
    else if (state === "quote") {
      add('"');
      state = "quoted";
    } else throw unreadable("a quote inside a field");
  };
  const take = (text: string): void => {
    for (let at = 0; at < text.length;) {
      if (state === "quoted") {
        at = takeQuoted(text, at);
        continue;
      }
      const character = text.charAt(at);
      if (state === "cr" && character !== "\n") throw unreadable("a CR without LF");
      if (/[",\r\n]/.test(character)) {
        takeDelimiter(character);
        at += 1;
        continue;
      }
      if (state === "quote") throw unreadable("text behind a closing quote");
      at = takePlain(text, at);
    }
  };
  const handOver = (): string[][] => {
    const ended = rows;
    rows = [];
    return ended;
  };
  return {
    push(text) {
      take(text);
      return handOver();
    },
    end() {
      if (state === "quoted") throw unreadable("a quote that is never closed");
      if (row.length > 0 || field !== "" || state === "quote") endRow();
      return handOver();
    },
  };
}
