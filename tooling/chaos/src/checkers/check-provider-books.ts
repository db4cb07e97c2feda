import type { Books } from "../sandbox-control.ts";
import type { Violation } from "../workload/history.ts";
import type { TransactionFact } from "./check-history.ts";

const incoming: ReadonlySet<string> = new Set(["payment", "chargeback_reversal", "payout_return"]);

/** Withdrawals whose money is back with the user: nothing may have left. */
const givenBack: ReadonlySet<string> = new Set(["failed", "cancelled", "rejected"]);

/**
 * Holds the wallet against the provider's own books: a withdrawal is executed at most once, a payout paid at most once,
 * every completed withdrawal was paid once, every payment is credited once or waits for a person, and the float is
 * what Revio holds for us.
 */
export function checkProviderBooks(input: {
  readonly books: Books;
  readonly transactions: readonly TransactionFact[];
  /** References of deposits with an event or a break that waits for a person. */
  readonly parked: ReadonlySet<string>;
  readonly floatMinor: bigint;
}): Violation[] {
  const { books, transactions, parked, floatMinor } = input;
  const byReference = new Map(transactions.map((each) => [each.reference, each]));
  return [
    ...checkPayouts(books, byReference),
    ...checkPaidOut(books, transactions),
    ...checkPaidIn(books, transactions, parked),
    ...checkFloat(books, byReference, floatMinor),
  ];
}

function checkPayouts(
  { payouts }: Books,
  byReference: ReadonlyMap<string, TransactionFact>,
): Violation[] {
  return payouts.flatMap(({ payoutId, reference, payments }) => {
    const violations: Violation[] = [];
    if (payments > 1) {
      const detail = `payout ${payoutId} was paid ${payments} times`;
      violations.push({ rule: "paid-twice", subject: reference, detail });
    }
    if (!byReference.has(reference)) {
      const detail = `payout ${payoutId} has no withdrawal`;
      violations.push({ rule: "unasked", subject: reference, detail });
    }
    return violations;
  });
}

function checkPaidOut({ payouts }: Books, transactions: readonly TransactionFact[]): Violation[] {
  const ofReference = Map.groupBy(payouts, ({ reference }) => reference);
  const withdrawals = transactions.filter(({ kind }) => kind === "withdrawal");
  return withdrawals.flatMap(({ reference, status, amountMinor }) => {
    const own = ofReference.get(reference) ?? [];
    const executions = sum(own.map((payout) => payout.executions));
    const payments = sum(own.map((payout) => payout.payments + payout.pendingPayments));
    const say = (rule: string, detail: string): Violation => ({ rule, subject: reference, detail });
    if (executions > 1) return [say("executed-twice", `${executions} executions`)];
    if (payments > 1) return [say("paid-twice", `${payments} payments`)];
    if (status === "completed") {
      const paid = own.filter((payout) => payout.payments === 1);
      if (paid.length === 0) return [say("completed-unpaid", "completed, and Revio paid nothing")];
      if (paid.some((payout) => BigInt(payout.amountMinor) !== amountMinor)) {
        return [say("wrong-amount", `Revio paid another amount than ${amountMinor}`)];
      }
    }
    if (givenBack.has(status) && payments > 0) {
      return [say("released-and-paid", `${status}, and Revio paid`)];
    }
    return [];
  });
}

function checkPaidIn(
  { movements }: Books,
  transactions: readonly TransactionFact[],
  parked: ReadonlySet<string>,
): Violation[] {
  const payments = Map.groupBy(
    movements.filter(({ kind }) => kind === "payment"),
    ({ reference }) => reference,
  );
  const deposits = transactions.filter(({ kind }) => kind === "deposit");
  const violations = deposits.flatMap(({ reference, status, amountMinor }): Violation[] => {
    const paid = payments.get(reference) ?? [];
    const say = (rule: string, detail: string): Violation => ({ rule, subject: reference, detail });
    const waits = status === "in_review" || parked.has(reference);
    if (status === "completed" && paid.length === 0) {
      return [say("credited-unpaid", "credited, and Revio took no payment")];
    }
    if (paid.length > 1 && !waits)
      return [say("payment-ignored", `${paid.length} payments, one credit`)];
    if (paid.length > 0 && status !== "completed" && !waits) {
      return [say("paid-uncredited", `paid at Revio, and the deposit is ${status}`)];
    }
    if (status === "completed" && !paid.some((each) => BigInt(each.amountMinor) === amountMinor)) {
      return [say("wrong-amount", `credited ${amountMinor}, Revio took ${paid[0]?.amountMinor}`)];
    }
    return [];
  });
  const known = new Set(deposits.map(({ reference }) => reference));
  const orphans = [...payments.keys()].filter((reference) => !known.has(reference));
  return [
    ...violations,
    ...orphans.map((subject) => ({
      rule: "paid-uncredited",
      subject,
      detail: "paid at Revio, and there is no such deposit",
    })),
  ];
}

/** Money under references that we never gave out is not ours to count. */
function checkFloat(
  { movements }: Books,
  byReference: ReadonlyMap<string, TransactionFact>,
  floatMinor: bigint,
): Violation[] {
  const atRevio = movements
    .filter(({ reference }) => byReference.has(reference))
    .map(({ kind, amountMinor, feeMinor }) => {
      const amount = BigInt(amountMinor);
      return (incoming.has(kind) ? amount : -amount) - BigInt(feeMinor);
    })
    .reduce((total, change) => total + change, 0n);
  if (atRevio === floatMinor) return [];
  const detail = `Revio holds ${atRevio} of ours, the ledger says ${floatMinor}`;
  return [{ rule: "float-differs", subject: "house:revio_float:ZAR", detail }];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
