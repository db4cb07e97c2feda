import { z } from "zod";
import { listFaults } from "../faults/fault-store.ts";
import type { Sandbox } from "../sandbox.ts";
import type { StatementLine } from "./statement-lines.ts";

const wholeNumber = z.number().int();
const set = z.strictObject({
  id: z.string().optional(),
  product: z.string().optional(),
  reference: z.string().optional(),
  status: z.string().optional(),
  currency: z.string().optional(),
  amountMinor: wholeNumber.optional(),
  feeMinor: wholeNumber.optional(),
});

/** `POST /sandbox/statement-faults`: a file that does not say what happened. Strikes every file until it is cleared. */
export const statementFaultRequest = z.strictObject({
  match: z.strictObject({
    id: z.string().optional(),
    reference: z.string().optional(),
    product: z.string().optional(),
  }),
  kind: z.enum(["drop", "duplicate", "alter"]),
  set: set.optional(),
});
type StatementFault = z.output<typeof statementFaultRequest>;

/** The lines as a faulty file has them. The first fault that matches a line strikes it. */
export function disturbLines(sandbox: Sandbox, lines: StatementLine[]): StatementLine[] {
  const faults = listFaults(sandbox).filter(
    ({ scope }) => scope === "statement",
  ) as unknown as StatementFault[];
  return lines.flatMap((line) => {
    const fault = faults.find(({ match }) => strikes(match, line));
    if (fault === undefined) return [line];
    if (fault.kind === "drop") return [];
    if (fault.kind === "duplicate") return [line, line];
    const { amountMinor, feeMinor, ...texts } = fault.set ?? {};
    return [
      {
        ...line,
        ...(texts as Partial<StatementLine>),
        amountMinor: amountMinor === undefined ? line.amountMinor : BigInt(amountMinor),
        feeMinor: feeMinor === undefined ? line.feeMinor : BigInt(feeMinor),
      },
    ];
  });
}

function strikes(match: StatementFault["match"], line: StatementLine): boolean {
  return (
    (match.id === undefined || match.id === line.id) &&
    (match.reference === undefined || match.reference === line.reference) &&
    (match.product === undefined || match.product === line.product)
  );
}

/** One line a currency with what the others add up to: money in less money out, and fees. */
export function totalLines(lines: StatementLine[], nowSeconds: number): StatementLine[] {
  return [...new Set(lines.map(({ currency }) => currency))].map((currency) => {
    const own = lines.filter((line) => line.currency === currency);
    return {
      id: `total-${currency}`,
      product: "total",
      related_to: "",
      reference: "",
      description: "",
      status: "success",
      currency,
      amountMinor: own.reduce(
        (sum, line) => sum + (line.isOutgoing ? -line.amountMinor : line.amountMinor),
        0n,
      ),
      feeMinor: own.reduce((sum, line) => sum + line.feeMinor, 0n),
      isOutgoing: false,
      paymentMethod: "",
      email: "",
      createdOn: nowSeconds,
      updatedOn: nowSeconds,
      paidOn: nowSeconds,
    };
  });
}
