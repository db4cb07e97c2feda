import { randomUUID } from "node:crypto";
import { releaseSuspensePayment } from "@revio-wallet/db/sql/suspense-payments";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { decideApproval } from "../../../src/approval/decide-approval.ts";
import { decideAdjustment } from "../../../src/approval/decide-adjustment.ts";
import {
  type AdjustmentRequest,
  requestAdjustment,
} from "../../../src/approval/request-adjustment.ts";
import { houseAccount, userAccount } from "../../../src/ledger/chart-of-accounts.ts";
import { getAccountBalance } from "../../../src/ledger/get-balance.ts";
import { adjustmentApproved } from "../../../src/ledger/posting-rules/adjustment-approved.ts";
import { postJournalEntry } from "../../../src/ledger/post-journal-entries.ts";
import { checkPurchase } from "../../../src/revio/check-purchase.ts";
import { onPurchase } from "../../../src/revio/on-purchase.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { operator } from "../../registered-user.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";

let world: MoneyWorld;
let customer: Customer;
let maker: WorldContext;
let checker: WorldContext;
/** Given back by Revio after its money had gone to a user: Revio's books have less than ours until two operators have booked that. */
let parkedMinor = 0n;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  maker = await operator(world.ctx, world.superuser, "reconciliation_maker");
  checker = await operator(world.ctx, world.superuser, "administrator");
});
afterAll(() => world.close());
beforeEach(async () => {
  customer = await world.customer();
});

const { balancesOf, breaksOf, depositOf } = lookAt(() => world);
const hour = 60 * 60_000;
const suspense = houseAccount("suspense", "ZAR");
const available = () => userAccount(customer.userId, "available", "ZAR");
const inSuspense = () => getAccountBalance(world.database.pool, suspense);
const sound = () => expectSound(world, { parkedMinor });
const at = async (purchaseId: string, verb: string, body?: Record<string, unknown>) => {
  await world.sandbox.post(`purchases/${purchaseId}/${verb}`, body);
  await world.settle();
};
const look = (purchaseId: string) => checkPurchase(world.ctx, { purchaseId });
const ask = async (purchaseId: string | undefined, patch: Partial<AdjustmentRequest> = {}) =>
  (
    await requestAdjustment(maker, {
      debitAccount: suspense,
      creditAccount: available(),
      amountMinor: 9_900n,
      suspensePurchaseId: purchaseId,
      reason: "They showed us the receipt.",
      idempotencyKey: randomUUID(),
      ...patch,
    })
  ).approvalId;
const approve = (approvalId: string) =>
  decideAdjustment(checker, { approvalId, decision: "approved", reason: "checked" });
const openBreakOf = async (purchaseId: string) => {
  const { rows } = await world.database.pool.query<{ id: string }>(
    "SELECT id FROM breaks WHERE subject = $1 AND state = 'open'",
    [`purchase:${purchaseId}`],
  );
  return String(rows[0]?.id);
};

/** Made and paid at Revio's dashboard, and nobody's for a day: 9 900 in suspense. */
async function heldPurchase(): Promise<string> {
  const { id } = await world.sandbox.post("purchases", {
    client: { email: "someone@example.com" },
    purchase: { currency: "ZAR", products: [{ name: "Dashboard", price: 9_900 }] },
    reference: "nothing of ours",
  });
  await at(String(id), "pay");
  await world.advance(24 * hour);
  await sweepTransactions(world.ctx);
  await world.settle();
  return String(id);
}

describe("two operators give a payment in suspense to its owner", () => {
  test("out of suspense once: the refund that comes later is not taken out of it again", async () => {
    const before = await inSuspense();
    const id = await heldPurchase();
    expect(await inSuspense()).toBe(before + 9_900n);
    const breakId = await openBreakOf(id);
    expect(await approve(await ask(id, { breakId }))).toMatchObject({ suspensePurchaseId: id });
    expect(await inSuspense()).toBe(before);
    expect(await balancesOf(customer)).toEqual([9_900n, 0n, 0n]);
    await look(id);
    expect(await breaksOf(`purchase:${id}`)).toEqual([
      "unknown_object warning resolved adjustment unknown_purchase",
    ]);
    await sound();

    await at(id, "refund", { amount: 3_000 });
    parkedMinor -= 3_000n;
    expect(await inSuspense()).toBe(before);
    expect(await balancesOf(customer)).toEqual([9_900n, 0n, 0n]);
    expect(await breaksOf(`purchase:${id}`)).toContain(
      "status_mismatch critical open returned_after_release",
    );
    await look(id);
    await sound();
    const { rows } = await world.database.pool.query(
      "SELECT amount_minor FROM breaks WHERE subject = $1 AND state = 'open'",
      [`purchase:${id}`],
    );
    expect(rows).toEqual([{ amount_minor: 3_000n }]);
  });

  test("what went back is booked by two operators, and does not come up again; more of it does", async () => {
    const id = await heldPurchase();
    await approve(await ask(id));
    await at(id, "refund", { amount: 1_000 });
    const booked = await ask(undefined, {
      breakId: await openBreakOf(id),
      debitAccount: available(),
      creditAccount: "house:revio_float:ZAR",
      amountMinor: 1_000n,
    });
    await approve(booked);
    await look(id);
    await sound();
    const decided = "status_mismatch critical resolved adjustment returned_after_release";
    expect((await breaksOf(`purchase:${id}`)).slice(1)).toEqual([decided]);
    await at(id, "refund", { amount: 8_900 });
    parkedMinor -= 8_900n;
    expect((await breaksOf(`purchase:${id}`)).slice(1)).toEqual([
      decided,
      "status_mismatch critical open returned_after_release",
    ]);
    expect(await balancesOf(customer)).toEqual([8_900n, 0n, 0n]);
    await sound();
  });

  test("a dispute that is lost and then won: a break that Revio ends itself", async () => {
    const id = await heldPurchase();
    const before = await inSuspense();
    await approve(await ask(id));
    await at(id, "chargeback");
    expect(await inSuspense()).toBe(before - 9_900n);
    expect(await breaksOf(`purchase:${id}`)).toContain(
      "status_mismatch critical open returned_after_release",
    );
    await at(id, "chargeback-reversal");
    expect(await breaksOf(`purchase:${id}`)).toContain(
      "status_mismatch critical resolved provider_evidence returned_after_release",
    );
    expect(await inSuspense()).toBe(before - 9_900n);
    await sound();
  });

  test("a deposit of another amount: its review is over, and what Revio corrects later credits nothing twice", async () => {
    const deposit = await world.deposit(customer, 30_000n);
    await world.settle();
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    const id = purchase?.id ?? "";
    await world.sandbox.post("faults", {
      match: { operation: "purchases.get", objectId: id },
      kind: "wrong_amount",
      amount: 30_001,
      times: 1_000,
    });
    await at(id, "pay");
    expect((await depositOf(customer, deposit)).status).toBe("in_review");
    const breakId = await openBreakOf(id);
    await approve(await ask(id, { breakId, amountMinor: 30_001n }));
    await look(id);
    expect(await depositOf(customer, deposit)).toMatchObject({
      status: "failed",
      failureCode: "amount_mismatch",
    });
    await world.sandbox.clearFaults();
    await at(id, "refund", { amount: 1_000 });
    expect(await balancesOf(customer)).toEqual([30_001n, 0n, 0n]);
    expect(await breaksOf(`purchase:${id}`)).toEqual([
      "amount_mismatch warning resolved adjustment deposit.amount_mismatch",
      "amount_mismatch warning open deposit.amount_mismatch",
    ]);
    // Our books have a cent that Revio now says it never had, and what it has given back.
    parkedMinor -= 1_001n;
    await sound();
  });
});

describe("refused", () => {
  test.each<[string, (id: string) => Partial<AdjustmentRequest>, string]>([
    ["without naming the payment", () => ({ suspensePurchaseId: undefined }), "INVALID_INPUT"],
    [
      "into suspense",
      () => ({ debitAccount: available(), creditAccount: suspense }),
      "INVALID_INPUT",
    ],
    [
      "a payment named for nothing",
      () => ({ debitAccount: "house:adjustments:ZAR" }),
      "INVALID_INPUT",
    ],
    ["a part of it", () => ({ amountMinor: 9_899n }), "WRONG_STATE"],
    ["more than it", () => ({ amountMinor: 9_901n }), "WRONG_STATE"],
    ["one that is not in suspense", () => ({ suspensePurchaseId: maker.actor.id }), "NOT_FOUND"],
  ])("%s", async (_, patch, code) => {
    const id = await heldPurchase();
    await expect(ask(id, patch(id))).rejects.toMatchObject({ code });
    await sound();
  });

  test("a second release, proposed before or after the first", async () => {
    const id = await heldPurchase();
    const [first, second] = [await ask(id), await ask(id)];
    await approve(first);
    const before = await inSuspense();
    await expect(approve(second)).rejects.toMatchObject({ code: "WRONG_STATE" });
    await expect(ask(id)).rejects.toMatchObject({ code: "WRONG_STATE" });
    expect(await inSuspense()).toBe(before);
    expect(await balancesOf(customer)).toEqual([9_900n, 0n, 0n]);
    await sound();
  });

  test("Revio gave it back first: at approval, and nothing is posted", async () => {
    const id = await heldPurchase();
    const approvalId = await ask(id);
    await at(id, "refund", { amount: 1 });
    const before = await inSuspense();
    await expect(approve(approvalId)).rejects.toMatchObject({
      code: "WRONG_STATE",
      message: expect.stringContaining("R 98.99"),
    });
    expect(await inSuspense()).toBe(before);
    // What is left may go to its owner.
    await approve(await ask(id, { amountMinor: 9_899n }));
    expect(await balancesOf(customer)).toEqual([9_899n, 0n, 0n]);
    await sound();
  });

  test.each(["refund", "chargeback"])(
    "against a %s at the same moment: one of them takes it out of suspense",
    async (verb) => {
      for (let round = 0; round < 5; round += 1) {
        customer = await world.customer();
        const id = await heldPurchase();
        const before = await inSuspense();
        const approvalId = await ask(id);
        await world.sandbox.post(`purchases/${id}/${verb}`);
        const seen = await world.ctx.revio.purchases.get(id);
        const [approved] = await Promise.allSettled([
          approve(approvalId),
          withTransaction(world.ctx.pool, (tx) => onPurchase(world.ctx, tx, seen)),
        ]);
        await world.settle();
        await look(id);
        expect(await inSuspense()).toBe(before - 9_900n);
        const isApproved = approved.status === "fulfilled";
        if (isApproved) parkedMinor -= 9_900n;
        else expect(approved.reason).toMatchObject({ code: "WRONG_STATE" });
        expect(await balancesOf(customer)).toEqual([isApproved ? 9_900n : 0n, 0n, 0n]);
        expect((await breaksOf(`purchase:${id}`)).some((line) => line.includes("open"))).toBe(
          isApproved,
        );
        await sound();
      }
    },
  );
});

describe("by the database, whatever the code does", () => {
  const violated = { code: "23514" };

  test("an adjustment of suspense that releases no payment", async () => {
    const id = await heldPurchase();
    const approvalId = await ask(id);
    await expect(
      withTransaction(world.ctx.pool, (tx) =>
        postJournalEntry(
          world.ctx,
          tx,
          adjustmentApproved({
            approvalId,
            debitAccount: suspense,
            creditAccount: available(),
            amountMinor: 9_900n,
            occurredAt: world.ctx.clock.now(),
          }),
        ),
      ),
    ).rejects.toMatchObject(violated);
  });

  test.each<[string, { amountMinor?: bigint; other?: true; turned?: true }]>([
    ["of a part of it", { amountMinor: 9_899n }],
    ["of another payment than was approved", { other: true }],
    ["the other way round", { turned: true }],
  ])("an approved adjustment that releases a payment, with an entry %s", async (_, wrong) => {
    const id = await heldPurchase();
    const approvalId = await ask(wrong.other ? await heldPurchase() : id);
    const sides = [suspense, available()] as const;
    const at = world.ctx.clock.now();
    await world.fund(customer, 20_000n);
    await expect(
      withTransaction(world.ctx.pool, async (tx) => {
        const decided = { kind: "adjustment", id: approvalId } as const;
        await decideApproval(checker, tx, decided, { decision: "approved" });
        await releaseSuspensePayment(tx, {
          purchaseId: id,
          releasedAt: at,
          releasedBy: approvalId,
        });
        await postJournalEntry(
          checker,
          tx,
          adjustmentApproved({
            approvalId,
            debitAccount: sides[wrong.turned ? 1 : 0],
            creditAccount: sides[wrong.turned ? 0 : 1],
            amountMinor: wrong.amountMinor ?? 9_900n,
            occurredAt: at,
          }),
        );
      }),
    ).rejects.toMatchObject(violated);
    await sound();
  });

  test("a release without its entry, and one that is taken back", async () => {
    const id = await heldPurchase();
    const approvalId = await ask(id);
    const release = (by: string) =>
      world.database.pool.query(
        "UPDATE suspense_payments SET released_at = $2, released_by = $3 WHERE purchase_id = $1",
        [id, world.ctx.clock.now(), by],
      );
    await expect(release(approvalId)).rejects.toMatchObject(violated);
    await approve(approvalId);
    await expect(
      world.database.pool.query(
        "UPDATE suspense_payments SET released_at = NULL, released_by = NULL WHERE purchase_id = $1",
        [id],
      ),
    ).rejects.toMatchObject(violated);
    await sound();
  });
});
