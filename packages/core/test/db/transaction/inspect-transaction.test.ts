import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { decideWithdrawal } from "../../../src/approval/decide-withdrawal.ts";
import { requestPayoutResolution } from "../../../src/approval/request-payout-resolution.ts";
import { addBreakNote } from "../../../src/reconciliation/add-break-note.ts";
import { openBreak } from "../../../src/reconciliation/open-break.ts";
import { assignBreak } from "../../../src/reconciliation/assign-break.ts";
import { decidePayoutResolution } from "../../../src/revio/decide-payout-resolution.ts";
import { addTransactionNote } from "../../../src/transaction/add-transaction-note.ts";
import { inspectTransaction } from "../../../src/transaction/inspect-transaction.ts";
import { readTransactionEntries } from "../../../src/transaction/read-transaction-entries.ts";
import {
  readTransactionTimeline,
  type TimelineEntry,
} from "../../../src/transaction/read-transaction-timeline.ts";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { returnWithdrawal } from "../../../src/withdrawal/return-withdrawal.ts";
import { cancelUserWithdrawal } from "../../../src/withdrawal/cancel-user-withdrawal.ts";
import { operator } from "../../registered-user.ts";
import { adjust } from "../../world/adjust.ts";
import { doubtfulWithdrawal } from "../../world/doubtful-withdrawal.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";
import { asTask } from "../../world/tripwire.ts";

let world: MoneyWorld;
let viewer: WorldContext;
let support: WorldContext;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  viewer = await operator(world.ctx, world.superuser, "viewer");
  support = await operator(world.ctx, world.superuser, "support");
});
afterAll(() => world.close());

const funded = async () => {
  const customer = await world.customer();
  await world.fund(customer, 5_000_000n);
  return customer;
};
const idOf = async (customer: Customer, kind: string) => {
  const { rows } = await world.database.pool.query<{ id: string }>(
    "SELECT id FROM transactions WHERE user_id = $1 AND kind = $2",
    [customer.userId, kind],
  );
  return rows[0]?.id ?? "";
};
const purchaseOf = async (deposit: { reference: string }) =>
  (await world.sandbox.purchases(deposit.reference))[0]?.id ?? "";
const breakOf = async (transactionId: string) => {
  const { rows } = await world.database.pool.query<{ id: string }>(
    "SELECT id FROM breaks WHERE transaction_id = $1",
    [transactionId],
  );
  return rows[0]?.id ?? "";
};

/** How many committed effects of each kind there are, counted table by table. */
async function effectsOf(transactionId: string): Promise<Record<string, number>> {
  const { rows } = await world.superuser.query<Record<string, string>>(
    `WITH objects AS (SELECT purchase_id::text AS id FROM revio_purchases WHERE transaction_id = $1 UNION SELECT payout_id::text FROM revio_payouts
         WHERE transaction_id = $1 UNION SELECT purchase_id::text FROM suspense_payments WHERE transaction_id = $1),
       events AS (SELECT * FROM provider_events WHERE object_id::text IN (SELECT id FROM objects) OR transaction_id = $1),
       proposals AS (SELECT * FROM approvals a WHERE transaction_id = $1 OR proposal ->> 'transactionId' = $1::text
         OR EXISTS (SELECT FROM breaks b WHERE b.id = a.break_id AND b.transaction_id = $1)
         OR EXISTS (SELECT FROM journal_entries e WHERE e.transaction_id = $1 AND e.entry_key = 'adjustment.approved:' || a.id))
     SELECT (SELECT count(*) FROM idempotency_keys k JOIN transactions t ON t.id = k.transaction_id AND t.user_id = k.actor_id WHERE t.id = $1) AS request,
       (SELECT count(*) FROM transaction_events WHERE transaction_id = $1) AS status,
       (SELECT count(*) FROM journal_entries WHERE transaction_id = $1) AS journal_entry,
       (SELECT count(create_sent_at) + count(last_read_at) FROM revio_purchases WHERE transaction_id = $1)
         + (SELECT count(create_sent_at) + count(execute_sent_at) + count(last_read_at) FROM revio_payouts WHERE transaction_id = $1) AS provider_call,
       (SELECT count(received_at) + count(settled_at) FROM events) AS provider_event,
       (SELECT count(requested_at) + count(decided_at) FROM proposals) AS approval,
       (SELECT count(opened_at) + count(resolved_at) FROM breaks WHERE transaction_id = $1) AS break,
       (SELECT count(*) FROM transaction_notes WHERE transaction_id = $1)
         + (SELECT count(*) FROM break_notes n JOIN breaks b ON b.id = n.break_id WHERE b.transaction_id = $1) AS note,
       (SELECT count(*) FROM audit_events WHERE subject_kind = 'transaction' AND subject_id = $1::text)
         - (SELECT count(*) FROM transaction_events WHERE transaction_id = $1) - (SELECT count(*) FROM transaction_notes WHERE transaction_id = $1)
         + (SELECT count(*) FROM audit_events WHERE action = 'webhooks.missed' AND subject_id IN (SELECT id FROM objects))
         + (SELECT count(*) FROM audit_events a JOIN breaks b ON a.subject_id = b.id::text AND b.transaction_id = $1 AND a.action = 'break.assigned')
         AS operator_action`,
    [transactionId],
  );
  return Object.fromEntries(
    Object.entries(rows[0] ?? {})
      .map(([kind, count]): [string, number] => [kind, Number(count)])
      .filter(([, count]) => count > 0),
  );
}

/** Cause before effect, wherever both are told. */
const causes: [string, string][] = [
  ["request deposit.create", "status deposit.created"],
  ["status deposit.created", "provider_call purchase.create_sent"],
  ["provider_call purchase.create_sent", "status deposit.checkout_opened"],
  ["provider_event webhook.received", "journal_entry deposit.completed"],
  ["journal_entry deposit.completed", "status deposit.completed"],
  ["provider_event webhook.received", "provider_event webhook.applied"],
  ["request withdrawal.create", "status withdrawal.created"],
  ["status withdrawal.created", "journal_entry withdrawal.reserved"],
  ["status withdrawal.created", "approval withdrawal.requested"],
  ["approval withdrawal.requested", "approval withdrawal.approved"],
  ["approval withdrawal.approved", "status withdrawal.approved"],
  ["approval withdrawal.requested", "approval withdrawal.rejected"],
  ["approval withdrawal.rejected", "journal_entry withdrawal.released"],
  ["status withdrawal.approved", "provider_call payout.create_sent"],
  ["journal_entry withdrawal.reserved", "provider_call payout.create_sent"],
  ["provider_call payout.create_sent", "provider_call payout.execute_sent"],
  ["provider_call payout.execute_sent", "status withdrawal.executing"],
  ["provider_call payout.execute_sent", "status withdrawal.execute_unknown"],
  ["status withdrawal.executing", "journal_entry withdrawal.completed"],
  ["journal_entry withdrawal.completed", "status withdrawal.completed"],
  ["status withdrawal.execute_unknown", "break break.opened"],
  ["break break.opened", "approval payout_resolution.requested"],
  ["approval payout_resolution.requested", "approval payout_resolution.approved"],
  ["approval payout_resolution.approved", "journal_entry withdrawal.released"],
  ["journal_entry withdrawal.released", "status withdrawal.failed"],
  ["break break.opened", "break break.resolved"],
  ["journal_entry withdrawal.return_received", "status withdrawal.returned"],
  ["status withdrawal.completed", "journal_entry withdrawal.return_received"],
  ["journal_entry deposit.charged_back", "journal_entry chargeback.reversed"],
  ["approval adjustment.requested", "approval adjustment.approved"],
];

const told = ({ kind, what }: TimelineEntry) => `${kind} ${what}`;

async function expectWholeTimeline(transactionId: string): Promise<TimelineEntry[]> {
  const entries = await readTransactionTimeline(viewer, { transactionId });
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  const counts: Record<string, number> = {};
  for (const { kind } of entries) counts[kind] = (counts[kind] ?? 0) + 1;
  expect(counts).toEqual(await effectsOf(transactionId));
  const order = entries.map(told);
  for (const [cause, effect] of causes) {
    if (!order.includes(cause) || !order.includes(effect)) continue;
    expect(order.indexOf(cause), `${cause} before ${effect} in ${order.join(", ")}`).toBeLessThan(
      order.lastIndexOf(effect),
    );
  }
  const times = entries.map(({ at }) => at.getTime());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  for (const { kind, requestId, what } of entries) {
    if (kind === "status") expect([what, requestId]).toEqual([what, "test-request"]);
  }
  return entries;
}

const whats = (entries: TimelineEntry[], kind: TimelineEntry["kind"]) =>
  entries.filter((one) => one.kind === kind).map(({ what }) => what);

describe("C22 the timeline of a whole life tells each committed effect once, cause before effect", () => {
  test("a deposit that is paid, refunded in part and charged back", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 80_000n);
    const entries = await expectWholeTimeline(deposit.id);
    expect(whats(entries, "status")).toEqual([
      "deposit.created",
      "deposit.checkout_opened",
      "deposit.completed",
    ]);
    expect(entries[0]).toMatchObject({
      kind: "request",
      actor: { kind: "user", id: customer.userId, name: null },
    });
    await world.sandbox.post(`purchases/${await purchaseOf(deposit)}/refund`, { amount: 20_000 });
    await world.settle();
    await expectWholeTimeline(deposit.id);
    await expectWholeTimeline(await idOf(customer, "refund"));
  });

  test("a deposit that is charged back, and won again", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 60_000n);
    const at = async (verb: string) => {
      await world.sandbox.post(`purchases/${await purchaseOf(deposit)}/${verb}`);
      await world.settle();
    };
    await at("chargeback");
    await at("chargeback-reversal");
    await expectWholeTimeline(deposit.id);
    await expectWholeTimeline(await idOf(customer, "chargeback"));
  });

  test("a deposit that nobody pays, and one that the user cancels", async () => {
    const customer = await world.customer();
    const unpaid = await world.deposit(customer, 10_000n);
    const cancelled = await world.deposit(customer, 20_000n);
    await world.cancelDeposit(customer, cancelled.id);
    await world.drain(3 * 60 * 60_000);
    expect(whats(await expectWholeTimeline(cancelled.id), "status")).toContain("deposit.cancelled");
    expect(whats(await expectWholeTimeline(unpaid.id), "status")).toContain("deposit.expired");
  });

  test("a deposit of which another amount arrives: suspense, a break, notes on both", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 30_000n);
    await world.settle();
    await world.sandbox.fault("purchases.get", { kind: "wrong_amount", amount: 20_000 }, 1_000);
    await world.pay(deposit);
    await world.settle();
    await world.sandbox.clearFaults();
    const breakId = await breakOf(deposit.id);
    await assignBreak(support, { breakId, ownerId: support.actor.id });
    await addBreakNote(support, { breakId, note: "Asked the payer." });
    const key = randomUUID();
    const note = {
      transactionId: deposit.id,
      note: "They paid by two cards.",
      idempotencyKey: key,
    };
    await addTransactionNote(support, note);
    const entries = await expectWholeTimeline(deposit.id);
    expect(whats(entries, "journal_entry")).toContain("suspense.received");
    expect(entries.filter(({ kind }) => kind === "note")).toMatchObject([
      { what: "break.noted", reason: "Asked the payer.", link: { noun: "break", id: breakId } },
      { what: "transaction.noted", reason: note.note, actor: { kind: "operator", name: "Op" } },
    ]);
  });

  test("a withdrawal that is paid out, and one that the bank sends back", async () => {
    const customer = await funded();
    const { id } = await world.withdraw(customer, 40_000n);
    await world.settle();
    const entries = await expectWholeTimeline(id);
    expect(whats(entries, "status").at(-1)).toBe("withdrawal.completed");
    const row = await findTransaction(world.ctx.pool, id);
    if (row === undefined) throw new Error("it is there");
    await withTransaction(world.ctx.pool, (tx) =>
      returnWithdrawal(world.ctx, tx, { withdrawal: row, returnedAt: world.ctx.clock.now() }),
    );
    expect(whats(await expectWholeTimeline(id), "status").at(-1)).toBe("withdrawal.returned");
  });

  test("a withdrawal whose payout fails", async () => {
    const customer = await funded();
    await world.sandbox.payoutScenario("error");
    const { id } = await world.withdraw(customer, 40_000n);
    await world.settle();
    expect(whats(await expectWholeTimeline(id), "status").at(-1)).toBe("withdrawal.failed");
  });

  test("a large withdrawal: approved by an operator, another one refused, one cancelled", async () => {
    const customer = await funded();
    const checker = await operator(world.ctx, world.superuser, "operator");
    const large = async () => {
      const withdrawal = await world.withdraw(customer, 1_100_000n);
      expect(withdrawal.status).toBe("awaiting_approval");
      return withdrawal.id;
    };
    const approved = await large();
    await decideWithdrawal(checker, { transactionId: approved, decision: "approved" });
    await world.settle();
    const entries = await expectWholeTimeline(approved);
    expect(entries.find(({ what }) => what === "withdrawal.requested")).toMatchObject({
      kind: "approval",
      actor: { kind: "user", id: customer.userId },
    });
    const rejected = await large();
    const no = { transactionId: rejected, decision: "rejected", reason: "no such person" } as const;
    await decideWithdrawal(checker, no);
    const refusal = await expectWholeTimeline(rejected);
    expect(
      refusal.find(({ kind, what }) => kind === "approval" && what.endsWith("rejected")),
    ).toMatchObject({
      reason: "no such person",
      requestId: "test-request",
      actor: { kind: "operator", id: checker.actor.id, name: "Op" },
    });
    const cancelled = await large();
    await cancelUserWithdrawal(checker, { transactionId: cancelled, reason: "asked by telephone" });
    const ended = await expectWholeTimeline(cancelled);
    expect(ended.find(({ kind }) => kind === "operator_action")).toMatchObject({
      what: "withdrawal.cancelled_by_operator",
      reason: "asked by telephone",
    });
  });

  test("C26 a withdrawal in doubt: what is known, who proposed, who decided", async () => {
    const customer = await funded();
    const { withdrawal } = await doubtfulWithdrawal(world, customer, 40_000n);
    const transactionId = withdrawal.id;
    await expectWholeTimeline(transactionId);
    const maker = await operator(world.ctx, world.superuser, "operator");
    const checker = await operator(world.ctx, world.superuser, "administrator");
    const doubt = await inspectTransaction(maker, { transactionId });
    expect(doubt.transaction.status).toBe("in_doubt");
    expect(doubt.breaks).toMatchObject([{ class: "payout_in_doubt", state: "open" }]);
    expect(doubt.attempts).toMatchObject([{ object: "payout", state: "execute_unknown" }]);
    const allowed = (actions: typeof doubt.actions) =>
      actions.filter(({ isAllowed }) => isAllowed).map(({ action }) => action);
    // Nothing that repeats it or fails it: two people, or evidence.
    expect(allowed(doubt.actions)).toEqual(["request_payout_resolution", "add_note"]);
    const { approvalId } = await requestPayoutResolution(maker, {
      transactionId,
      outcome: "not_executed",
      reason: "the bank says so",
      idempotencyKey: randomUUID(),
    });
    const mine = (await inspectTransaction(maker, { transactionId })).actions;
    expect(mine.find(({ action }) => action === "request_payout_resolution")).toMatchObject({
      isAllowed: false,
      reason: "A proposal about it waits for a decision.",
    });
    const theirs = await inspectTransaction(checker, { transactionId });
    expect(allowed(theirs.actions)).toContain("decide_payout_resolution");
    expect(theirs.operators).toEqual([{ id: maker.actor.id, name: "Op" }]);
    await asTask(() =>
      decidePayoutResolution(checker, { approvalId, decision: "approved", reason: "seen" }),
    );
    const entries = await expectWholeTimeline(transactionId);
    expect(whats(entries, "approval")).toEqual([
      "payout_resolution.requested",
      "payout_resolution.approved",
    ]);
  });

  test("a correction under four eyes stands with the transaction that it corrects, and with its own", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 50_000n);
    const breakId = await withTransaction(world.ctx.pool, (tx) =>
      openBreak(world.ctx, tx, {
        class: "amount_mismatch",
        severity: "warning",
        subject: `transaction:${deposit.id}`,
        transactionId: deposit.id,
        atStake: { amountMinor: 1_000n, currency: "ZAR" },
        evidence: { outcome: "test" },
        openedBy: "reconciliation",
      }),
    );
    await adjust(world, {
      breakId,
      debitAccount: `user:${customer.userId}:available:ZAR`,
      creditAccount: "house:revio_float:ZAR",
      amountMinor: 1_000n,
    });
    expect(whats(await expectWholeTimeline(deposit.id), "approval")).toHaveLength(2);
    expect(
      whats(await expectWholeTimeline(await idOf(customer, "adjustment")), "approval"),
    ).toEqual(["adjustment.requested", "adjustment.approved"]);
  });
});

describe("C23 the double-entry view", () => {
  test("each entry balances by its own lines; a reserve is pending until it is settled or released", async () => {
    const customer = await funded();
    const { id } = await world.withdraw(customer, 1_100_000n);
    const before = await readTransactionEntries(viewer, { transactionId: id });
    expect(before).toMatchObject([
      { event: "withdrawal.reserved", stage: "pending", reversedBy: [] },
    ]);
    const checker = await operator(world.ctx, world.superuser, "operator");
    await decideWithdrawal(checker, {
      transactionId: id,
      decision: "rejected",
      reason: "not them",
    });
    const [reserved, released] = await readTransactionEntries(viewer, { transactionId: id });
    expect(reserved).toMatchObject({
      stage: "posted",
      reversedBy: [{ entryId: released?.id, event: "withdrawal.released" }],
    });
    expect(released?.reverses).toMatchObject([{ entryId: reserved?.id }]);
    for (const entry of [reserved, released]) {
      const sum = (side: string) =>
        entry?.postings
          .filter(({ direction }) => direction === side)
          .reduce((total, { amountMinor }) => total + amountMinor, 0n);
      expect(entry?.totals).toEqual([
        { currency: "ZAR", debitMinor: sum("debit"), creditMinor: sum("credit"), isBalanced: true },
      ]);
      for (const {
        userId,
        balanceBeforeMinor,
        balanceAfterMinor,
        amountMinor,
      } of entry?.postings ?? []) {
        expect(userId).toBe(customer.userId);
        const moved = (balanceAfterMinor ?? 0n) - (balanceBeforeMinor ?? 0n);
        expect(moved < 0n ? -moved : moved).toBe(amountMinor);
      }
    }
  });

  test("a refund and its deposit name each other", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 80_000n);
    await world.sandbox.post(`purchases/${await purchaseOf(deposit)}/refund`, { amount: 20_000 });
    await world.settle();
    const refundId = await idOf(customer, "refund");
    const [completed] = await readTransactionEntries(viewer, { transactionId: deposit.id });
    const [refunded] = await readTransactionEntries(viewer, { transactionId: refundId });
    expect(completed?.reversedBy).toMatchObject([
      { entryId: refunded?.id, transactionId: refundId },
    ]);
    expect(refunded?.reverses).toMatchObject([
      { entryId: completed?.id, transactionId: deposit.id },
    ]);
  });
});

describe("the page's head", () => {
  test("C20 ids, account and request of a withdrawal; of the account number no more than the end", async () => {
    const customer = await funded();
    const key = randomUUID();
    const { id } = await world.withdraw(customer, 40_000n, key);
    await world.settle();
    const seen = await inspectTransaction(viewer, { transactionId: id });
    expect(seen).toMatchObject({
      transaction: {
        id,
        kind: "withdrawal",
        status: "completed",
        amountMinor: 40_000n,
        userId: customer.userId,
      },
      user: { id: customer.userId, status: "active", outgoingFrozenAt: null },
      bankAccount: { id: customer.bankAccountId, lastFour: customer.accountNumber.slice(-4) },
      request: { idempotencyKey: key },
      attempts: [{ object: "payout", state: "success", attempt: 1 }],
      related: [],
    });
    const text = JSON.stringify(seen, (_, value: unknown) =>
      typeof value === "bigint" ? `${value}` : value,
    );
    expect(text).not.toContain(customer.accountNumber);
    expect(text).not.toContain("Thandi");
    expect(seen.actions.every(({ isAllowed, reason }) => isAllowed === (reason === null))).toBe(
      true,
    );
    expect(seen.actions.filter(({ isAllowed }) => isAllowed)).toEqual([]);
  });

  test("what there is not, and who may not", async () => {
    const missing = { transactionId: randomUUID() };
    for (const read of [inspectTransaction, readTransactionTimeline, readTransactionEntries]) {
      await expect(read(viewer, missing)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(read(world.ctx, missing)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });
});

describe("notes", () => {
  test("the same key writes one note, also at once; another text under it is refused; each is on record", async () => {
    const customer = await world.customer();
    const { id } = await world.deposit(customer, 10_000n);
    const idempotencyKey = randomUUID();
    const note = { transactionId: id, note: "Called them.", idempotencyKey };
    const written = await Promise.all(
      [1, 2, 3].map(() => asTask(() => addTransactionNote(support, note))),
    );
    expect(new Set(written.map((one) => one.id)).size).toBe(1);
    await expect(
      addTransactionNote(support, { ...note, note: "Wrote to them." }),
    ).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
    await expect(addTransactionNote(viewer, note)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(
      addTransactionNote(support, { ...note, transactionId: randomUUID() }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { rows } = await world.database.pool.query(
      "SELECT details FROM audit_events WHERE action = 'transaction.noted' AND subject_id = $1",
      [id],
    );
    expect(rows).toEqual([{ details: { noteId: written[0]?.id } }]);
  });
});
