import { randomUUID } from "node:crypto";
import type { BreakClass, BreakRow } from "@revio-wallet/db/sql/breaks";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { requestAdjustment } from "../../../src/approval/request-adjustment.ts";
import { assignBreak } from "../../../src/reconciliation/assign-break.ts";
import { assignBreaks } from "../../../src/reconciliation/assign-breaks.ts";
import { ageBuckets } from "../../../src/reconciliation/break-actions.ts";
import { compareBreak } from "../../../src/reconciliation/compare-break.ts";
import { getBreak } from "../../../src/reconciliation/get-break.ts";
import { getRunFigures, listRunLines } from "../../../src/reconciliation/get-run-figures.ts";
import { linkBreaks } from "../../../src/reconciliation/link-breaks.ts";
import { listBreaks, summarizeBreaks } from "../../../src/reconciliation/list-breaks.ts";
import { listSuspense } from "../../../src/reconciliation/list-suspense.ts";
import { openBreak } from "../../../src/reconciliation/open-break.ts";
import { settleComparison } from "../../../src/reconciliation/settle-comparison.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { operator } from "../../registered-user.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";
import { reconcile } from "../../world/reconcile.ts";
import { code } from "../operator-session/operator-world.ts";

let world: MoneyWorld;
let maker: WorldContext;
let other: WorldContext;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  maker = await operator(world.ctx, world.superuser, "reconciliation_maker");
  other = await operator(world.ctx, world.superuser, "reconciliation_checker");
  await world.superuser.query("UPDATE operators SET display_name = 'Lindiwe Zulu' WHERE id = $1", [
    other.actor.id,
  ]);
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.superuser.query(
    "UPDATE breaks SET state = 'resolved', resolution = 'match', resolved_at = now() WHERE state = 'open'",
  );
  await world.sandbox.clearFaults();
});

const newBreak = (
  name: BreakClass,
  patch: {
    severity?: BreakRow["severity"];
    subject?: string;
    amountMinor?: bigint;
    evidence?: BreakRow["evidence"];
  } = {},
) =>
  withTransaction(world.ctx.pool, (tx) =>
    openBreak(world.ctx, tx, {
      class: name,
      severity: patch.severity ?? "critical",
      subject: patch.subject ?? `purchase:${randomUUID()}`,
      atStake: { amountMinor: patch.amountMinor ?? 5_000n, currency: "ZAR" },
      evidence: patch.evidence ?? { expected: "a transaction", found: "paid 5000 ZAR" },
      openedBy: "reconciliation",
    }),
  );
const link = (
  ids: string[],
  as: WorldContext = maker,
  { version = 1, key = randomUUID() }: { version?: number; key?: string } = {},
) =>
  linkBreaks(as, {
    breaks: ids.map((breakId) => ({ breakId, version })),
    reason: "Revio gave it another id.",
    idempotencyKey: key,
  });
const ourSide = { evidence: { event: "deposit.completed" } } as const;
const pair = async () => [
  await newBreak("missing_in_ledger"),
  await newBreak("missing_at_provider", { subject: `journal_entry:${randomUUID()}`, ...ourSide }),
];
const stateOf = async (breakId: string) => (await getBreak(maker, { breakId })).state;

describe("the queue", () => {
  test("each filter, and every number of the summary is just what the list shows", async () => {
    const day = 24 * 3_600_000;
    await newBreak("fee_mismatch", { severity: "warning" });
    await world.advance(3 * day);
    await newBreak("fee_mismatch", { severity: "warning", amountMinor: 7n });
    await newBreak("amount_mismatch");
    await world.advance(2 * day);
    const mine = await newBreak("fee_mismatch", { severity: "warning" });
    await assignBreak(maker, { breakId: mine, ownerId: other.actor.id });
    await world.advance(3 * day);
    await newBreak("missing_in_ledger");
    const summary = await summarizeBreaks(maker);
    expect(summary.map(({ class: name, age, count }) => `${name} ${age} ${count}`)).toEqual([
      "amount_mismatch 4-7 1",
      "fee_mismatch 2-3 1",
      "fee_mismatch 4-7 1",
      "fee_mismatch over-7 1",
      "missing_in_ledger 0-1 1",
    ]);
    for (const { class: name, severity, age, count, amountMinor } of summary) {
      const filter = { state: "open", class: name, severity, age, limit: 100 } as const;
      const { items } = await listBreaks(maker, filter);
      expect(items).toHaveLength(count);
      expect(items.reduce((sum, one) => sum + (one.amountMinor ?? 0n), 0n)).toBe(amountMinor);
    }
    const open = { state: "open", limit: 100 } as const;
    const all = await listBreaks(maker, open);
    const byAge = await Promise.all(ageBuckets.map((age) => listBreaks(maker, { ...open, age })));
    expect(byAge.flatMap(({ items }) => items)).toHaveLength(all.items.length);
    const owned = await listBreaks(maker, { ...open, ownerId: other.actor.id });
    expect(owned.items).toMatchObject([{ id: mine, ownerName: "Lindiwe Zulu" }]);
    const nobodys = await listBreaks(maker, { ...open, ownerId: null });
    expect(nobodys.items).toHaveLength(all.items.length - 1);
  });

  test("C10 each filter walks along an index", async () => {
    await world.superuser.query(
      `INSERT INTO breaks (id, class, severity, subject, amount_minor, currency, evidence, opened_by, opened_at, last_seen_at, state, resolution, resolved_at)
       SELECT gen_random_uuid(), 'fee_mismatch', 'warning', 'purchase:' || gen_random_uuid(), 1, 'ZAR', '{}', 'reconciliation',
         now() - n * interval '1 minute', now(), CASE WHEN n % 2 = 0 THEN 'open' ELSE 'resolved' END, CASE WHEN n % 2 = 1 THEN 'match' END,
         CASE WHEN n % 2 = 1 THEN now() END
       FROM generate_series(1, 20000) n`,
    );
    await world.superuser.query("ANALYZE breaks");
    for (const where of [
      "state = 'open'",
      "state = 'open' AND class = 'fee_mismatch'",
      "state = 'open' AND severity = 'warning'",
      "state = 'open' AND owner_id IS NULL",
      "state = 'resolved'",
      "state = 'resolved' AND class = 'fee_mismatch'",
    ]) {
      const { rows } = await world.superuser.query<{ "QUERY PLAN": string }>(
        `EXPLAIN SELECT id FROM breaks WHERE ${where} AND (opened_at, id) > (now() - interval '5 days', gen_random_uuid())
         ORDER BY opened_at, id LIMIT 26`,
      );
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
      expect(plan, where).toMatch(/Index/);
      expect(plan, where).not.toMatch(/Sort|Seq Scan/);
    }
  });

  test("C100 a break shows why it needs a person, and only what may be done about it", async () => {
    const shown = async (breakId: string) => {
      const { why, actions } = await getBreak(maker, { breakId });
      return [why, ...actions];
    };
    const unknown = await newBreak("missing_in_ledger", { evidence: { match: "ambiguous" } });
    expect(await shown(unknown)).toEqual([
      "several_candidates",
      "link",
      "adjust",
      "release_suspense",
      "start_run",
    ]);
    const line = await newBreak("missing_at_provider", { severity: "warning" });
    expect(await shown(line)).toEqual([
      "missing_on_their_side",
      "adjust",
      "freeze_user",
      "start_run",
    ]);
    const chain = await newBreak("hash_chain_broken");
    expect(await shown(chain)).toEqual(["history_differs", "stop_outgoing"]);
    const corrected = requestAdjustment(maker, {
      breakId: chain,
      debitAccount: "house:adjustments:ZAR",
      creditAccount: "house:revio_float:ZAR",
      amountMinor: 1n,
      reason: "It would hide it.",
      idempotencyKey: randomUUID(),
    });
    expect(await code(corrected)).toBe("INVALID_INPUT");
  });
});

describe("C104 the second of two is told who was first, and overwrites nothing", () => {
  test("assigning, proposing and linking what was changed meanwhile", async () => {
    const [left = "", right = ""] = await pair();
    const { version } = await getBreak(maker, { breakId: left });
    await assignBreak(other, { breakId: left, ownerId: other.actor.id, version });
    const late = assignBreak(maker, { breakId: left, ownerId: maker.actor.id, version });
    await expect(late).rejects.toMatchObject({
      code: "WRONG_STATE",
      message: expect.stringMatching(/^Changed by Lindiwe Zulu at \d\d:\d\d on /),
    });
    expect((await getBreak(maker, { breakId: left })).ownerId).toBe(other.actor.id);
    await expect(link([left, right])).rejects.toMatchObject({ code: "WRONG_STATE" });
    const proposed = requestAdjustment(maker, {
      breakId: left,
      breakVersion: version,
      debitAccount: "house:revio_float:ZAR",
      creditAccount: "house:adjustments:ZAR",
      amountMinor: 5_000n,
      reason: "Nobody's.",
      idempotencyKey: randomUUID(),
    });
    await expect(proposed).rejects.toMatchObject({ code: "WRONG_STATE" });
  });

  test("found again and unchanged is no change; other evidence is", async () => {
    const subject = `purchase:${randomUUID()}`;
    const breakId = await newBreak("fee_mismatch", { subject });
    await world.advance(1_000);
    await newBreak("fee_mismatch", { subject });
    expect((await getBreak(maker, { breakId })).version).toBe(1);
    await newBreak("fee_mismatch", { subject, amountMinor: 6n });
    expect((await getBreak(maker, { breakId })).version).toBe(2);
    const late = assignBreak(maker, { breakId, ownerId: maker.actor.id, version: 1 });
    await expect(late).rejects.toMatchObject({
      message: expect.stringMatching(/^Changed by the system at /),
    });
  });

  test("both link the same two at once: one link", async () => {
    const ids = await pair();
    const outcomes = await Promise.all([code(link(ids)), code(link(ids, other))]);
    expect(new Set(outcomes)).toEqual(new Set(["done", "WRONG_STATE"]));
  });
});

test("C13 many at once: a result for each, and safe to repeat", async () => {
  const open = [await newBreak("fee_mismatch"), await newBreak("fee_mismatch")];
  const changed = await newBreak("fee_mismatch");
  await assignBreak(other, { breakId: changed, ownerId: other.actor.id });
  const missing = randomUUID();
  const breaks = [...open, changed, missing].map((breakId) => ({ breakId, version: 1 }));
  const assign = () => assignBreaks(maker, { breaks, ownerId: maker.actor.id });
  const results = await assign();
  expect(results.map(({ outcome }) => outcome)).toEqual([
    "done",
    "done",
    "not_eligible",
    "not_eligible",
  ]);
  expect(results[2]?.why).toMatch(/Lindiwe Zulu/);
  expect((await assign()).map(({ outcome }) => outcome)).toEqual(
    results.map(({ outcome }) => outcome),
  );
});

describe("linking what only Revio has to what only the ledger has", () => {
  test("even sides end together, nothing is posted, and the key gives the same answer again", async () => {
    const [left = "", right = ""] = await pair();
    const half = await newBreak("missing_in_ledger", { amountMinor: 2_000n });
    const rest = await newBreak("missing_at_provider", { ...ourSide, amountMinor: 2_000n });
    const entries = async () =>
      (await world.superuser.query("SELECT count(*) AS n FROM journal_entries")).rows[0];
    const before = await entries();
    const key = randomUUID();
    const first = await link([left, right, half, rest], maker, { key });
    expect(first).toMatchObject({ amountMinor: 7_000n, currency: "ZAR", linked: 4 });
    expect(await link([left, right, half, rest], maker, { key })).toEqual(first);
    expect(await entries()).toEqual(before);
    expect(await getBreak(maker, { breakId: left })).toMatchObject({
      state: "resolved",
      resolution: "linked",
      matchId: first.matchId,
    });
  });

  test("one cent, another direction, another class, or a line that alone is missing: refused", async () => {
    const [left = ""] = await pair();
    const refused = async (name: BreakClass, patch: Parameters<typeof newBreak>[1]) => {
      expect(await code(link([left, await newBreak(name, patch)]))).toBe("INVALID_INPUT");
    };
    await refused("missing_at_provider", { ...ourSide, amountMinor: 4_999n });
    await refused("missing_at_provider", { subject: `payout:${randomUUID()}` });
    await refused("missing_at_provider", { ...ourSide, severity: "warning" });
    await refused("amount_mismatch", {});
    await refused("missing_in_ledger", {});
    expect(await stateOf(left)).toBe("open");
  });

  test("what has a proposal, or is in suspense, is not linked; nor by who may not", async () => {
    const [left = "", right = ""] = await pair();
    expect(
      await code(link([left, right], await operator(world.ctx, world.superuser, "support"))),
    ).toBe("FORBIDDEN");
    expect(await code(link([left, randomUUID()]))).toBe("NOT_FOUND");
    await requestAdjustment(maker, {
      breakId: right,
      debitAccount: "house:adjustments:ZAR",
      creditAccount: "house:revio_float:ZAR",
      amountMinor: 5_000n,
      reason: "It never came.",
      idempotencyKey: randomUUID(),
    });
    expect(await code(link([left, right]))).toBe("WRONG_STATE");
    const purchaseId = randomUUID();
    await world.superuser.query(
      `INSERT INTO suspense_payments (purchase_id, reason, amount_minor, provider_fee_minor, currency, held_at)
       VALUES ($1, 'unknown_purchase', 5000, 0, 'ZAR', now())`,
      [purchaseId],
    );
    const held = await newBreak("missing_in_ledger", { subject: `purchase:${purchaseId}` });
    const [, free = ""] = await pair();
    expect(await code(link([held, free]))).toBe("WRONG_STATE");
    const { items } = await listSuspense(maker, { state: "held", limit: 100 });
    expect(items).toContainEqual(expect.objectContaining({ purchaseId, heldMinor: 5_000n }));
  });

  test("a payment that nobody knows is in the ledger once: by a link or in suspense, never by both", async () => {
    const day = 24 * 3_600_000;
    const paid = await world.sandbox.post("purchases", {
      client: { email: "someone@example.com" },
      purchase: { currency: "ZAR", products: [{ name: "made in a dashboard", price: 5_000 }] },
      reference: "not-ours",
    });
    const purchaseId = String(paid["id"]);
    const subject = `purchase:${purchaseId}`;
    const [, right = ""] = await pair();
    const left = await newBreak("missing_in_ledger", { subject });
    const told = await newBreak("unknown_object", { subject });
    expect(await code(link([left, right]))).toBe("WRONG_STATE");
    await world.superuser.query(
      "UPDATE breaks SET state = 'resolved', resolution = 'match', resolved_at = now() WHERE id = $1",
      [told],
    );
    expect(await code(link([left, right]))).toBe("done");
    // Its webhook comes late, and a day later somebody looks at it again.
    await world.sandbox.post(`purchases/${purchaseId}/pay`);
    await world.settle();
    await world.advance(2 * day);
    await sweepTransactions(world.ctx);
    await world.settle();
    const { items } = await listSuspense(maker, { state: "held", limit: 100 });
    expect(items.filter((one) => one.purchaseId === purchaseId)).toEqual([]);
    const open = await listBreaks(maker, { state: "open", class: "unknown_object", limit: 100 });
    expect(open.items.map((one) => one.subject)).toContain(subject);
  });

  test("direct SQL as the application: a link that does not come out even is refused", async () => {
    const [left = "", right = ""] = await pair();
    const other1 = await newBreak("missing_in_ledger", { amountMinor: 1n });
    const attack = (ids: string[], amount: number) =>
      withTransaction(world.database.pool, async (tx) => {
        const id = randomUUID();
        await tx.query("INSERT INTO break_matches VALUES ($1, $2, 'x', $3, 'ZAR', now())", [
          id,
          maker.actor.id,
          amount,
        ]);
        await tx.query(
          "UPDATE breaks SET state = 'resolved', resolution = 'linked', resolved_at = now(), match_id = $2 WHERE id = ANY ($1)",
          [ids, id],
        );
      });
    expect(await code(attack([left], 5_000))).toBe("23514");
    expect(await code(attack([left, right, other1], 5_000))).toBe("23514");
    expect(await code(attack([left, right], 4_999))).toBe("23514");
    expect(await code(attack([], 5_000))).toBe("23514");
    const resolve =
      "UPDATE breaks SET state = 'resolved', resolution = 'linked', resolved_at = now() WHERE id = $1";
    expect(await code(world.database.pool.query(resolve, [left]))).toBe("23514");
    expect(await stateOf(left)).toBe("open");
  });

  test("the same facts do not come up again", async () => {
    const run = await reconcile(world, "objects", world.ctx.clock.now());
    const subject = `purchase:${randomUUID()}`;
    const settle = (found: string) =>
      withTransaction(world.ctx.pool, (tx) =>
        settleComparison(world.ctx, tx, {
          subject,
          source: "statement",
          runId: run.id,
          difference: {
            class: "missing_in_ledger",
            severity: "critical",
            atStake: { amountMinor: 5_000n, currency: "ZAR" },
            expected: "a transaction",
            found,
          },
        }),
      );
    expect(await settle("paid 5000 ZAR")).toBe(true);
    const [seen] = (await listBreaks(maker, { state: "open", runId: run.id, limit: 5 })).items;
    expect(seen?.subject).toBe(subject);
    const [, right = ""] = await pair();
    await link([seen?.id ?? "", right]);
    expect(await settle("paid 5000 ZAR")).toBe(false);
    expect(await settle("refunded 5000 ZAR")).toBe(true);
  });
});

describe("a run over a statement", () => {
  test("C101 its lines add up to the file by number and value, and a break shows both sides of its line", async () => {
    customer = await world.customer();
    await world.advance(3 * 3_600_000);
    const from = world.ctx.clock.now();
    const deposit = await world.fund(customer, 100_000n);
    await world.fund(customer, 50_000n);
    await world.withdraw(customer, 40_000n);
    await world.settle();
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    const fault = { match: { id: purchase?.id }, kind: "alter", set: { amountMinor: 99_999 } };
    await world.sandbox.post("statement-faults", fault);
    const { id: runId, lineCount } = await reconcile(world, "statement", from);
    const { lines, breaks } = await getRunFigures(maker, { runId });
    const stored = await world.superuser.query<{ count: string; amount: string }>(
      `SELECT count(*) AS count, sum(CASE WHEN is_outgoing THEN -amount_minor ELSE amount_minor END) AS amount FROM statement_lines WHERE run_id = $1`,
      [runId],
    );
    expect(lines.map(({ verdict }) => verdict)).not.toContain(null);
    expect(lines.reduce((sum, { count }) => sum + count, 0)).toBe(Number(lineCount));
    expect(lines.reduce((sum, { count }) => sum + count, 0)).toBe(Number(stored.rows[0]?.count));
    expect(lines.reduce((sum, one) => sum + one.amountMinor, 0n)).toBe(
      BigInt(stored.rows[0]?.amount ?? 0),
    );
    expect(lines.find(({ verdict }) => verdict === "break")).toMatchObject({
      count: 1,
      amountMinor: 99_999n,
    });
    expect(breaks).toEqual([
      { class: "amount_mismatch", state: "open", currency: "ZAR", count: 1, amountMinor: 1n },
    ]);
    const [line] = await listRunLines(maker, { runId, verdict: "break", limit: 5 });
    expect(line).toMatchObject({ objectId: purchase?.id, transactionId: deposit.id });
    const [found] = (await listBreaks(maker, { state: "open", runId, limit: 5 })).items;
    const compared = await compareBreak(maker, { breakId: found?.id ?? "" });
    expect(compared.line).toEqual({ runId, lineNo: line?.lineNo });
    expect(compared.difference).toEqual({ amountMinor: -1n, currency: "ZAR", basisPoints: 0 });
    expect(compared.fields.filter(({ differs }) => differs).map(({ label }) => label)).toEqual([
      "What was compared",
      "Amount",
    ]);
    expect((await getBreak(maker, { breakId: found?.id ?? "" })).runs.map(({ id }) => id)).toEqual([
      runId,
    ]);
  });

  test("candidates say why", async () => {
    const [left = "", right = ""] = await pair();
    const { candidates } = await compareBreak(maker, { breakId: left });
    expect(candidates).toMatchObject([{ breakId: right, version: 1, score: 70 }]);
    expect(candidates[0]?.why).toContain("same amount");
  });

  test("unknown ids: not found", async () => {
    const unknown = randomUUID();
    expect(await code(compareBreak(maker, { breakId: unknown }))).toBe("NOT_FOUND");
    expect(await code(getRunFigures(maker, { runId: unknown }))).toBe("NOT_FOUND");
    expect(await code(listRunLines(maker, { runId: unknown, limit: 1 }))).toBe("NOT_FOUND");
  });
});
