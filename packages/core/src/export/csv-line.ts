/**
 * What makes a spreadsheet take a cell for a formula, in the widths that they know; and the guard itself, so that what stands
 * behind one guard is always what was written.
 */
const startsFormula = /^[=+\-@\t\r\n'＝＋－＠]/;

/**
 * One line of CSV as RFC 4180 has it, with its line end. A cell that a spreadsheet would take for a formula gets an apostrophe in
 * front; who reads by machine takes one leading apostrophe away and has the value.
 */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: string | null): string {
  if (value === null || value === "") return "";
  const guarded = startsFormula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
