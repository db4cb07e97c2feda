import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedTransactions } from "@revio-wallet/db/testing/seed-transactions";
import { toAppError } from "../../src/trpc/errors.ts";
import { signedInOperator, type SignedInOperator } from "../signed-in-operator.ts";
import { asOperator } from "./callers.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let superuser: Client;
let checker: SignedInOperator;
const now = Date.now();
const hour = 60 * 60_000;
const day = 24 * hour;

beforeAll(async () => {
  services = await openTestServices("api");
  await services.startQueue();
  superuser = new Client({ connectionString: services.database.superuserUrl });
  await superuser.connect();
  const range = { from: new Date(now - 4 * day), to: new Date(now) };
  await seedTransactions(superuser, { transactions: 1_200, perUser: 60, ...range });
  checker = await signedInOperator(superuser, "reconciliation_checker");
  const maker = await signedInOperator(superuser, "administrator");
  await superuser.query(
    `INSERT INTO breaks (id, class, severity, subject, evidence, opened_by, opened_at, last_seen_at, state)
     SELECT gen_random_uuid(), 'amount_mismatch', (ARRAY['critical', 'warning', 'notice'])[1 + n % 3], 'purchase:' || n, '{}', 'checker',
       now() - n * interval '5 hours', now(), 'open' FROM generate_series(1, 50) n`,
  );
  // What the checker may decide on, what is too much for them, what is their own, and what is over.
  await superuser.query("SET session_replication_role = replica");
  await superuser.query(
    `INSERT INTO approvals (id, kind, state, requested_by, requested_at, amount_minor, currency, expires_at, request_reason, proposal)
     SELECT gen_random_uuid(), 'adjustment', 'requested', CASE WHEN n = 1 THEN $1::uuid ELSE $2::uuid END, now(), CASE WHEN n = 2 THEN 9000000 ELSE 500 END,
       'ZAR', now() + CASE WHEN n = 3 THEN interval '-1 hour' ELSE interval '1 hour' END, 'because', '{}' FROM generate_series(1, 6) n`,
    [checker.id, maker.id],
  );
  await superuser.query(
    `UPDATE users SET outgoing_frozen_at = now(), outgoing_frozen_reason = 'test' WHERE id IN (SELECT id FROM users LIMIT 3)`,
  );
  await superuser.query(
    `UPDATE provider_events SET state = 'parked' WHERE id IN (SELECT id FROM provider_events LIMIT 4)`,
  );
  await superuser.query("SET session_replication_role = origin");
  await superuser.query(
    "INSERT INTO pgboss.job (name, data, state) SELECT 'withdrawal.check.dead', '{}', 'created' FROM generate_series(1, 7)",
  );
});
afterAll(async () => {
  await superuser.end();
  await services[Symbol.asyncDispose]();
});

const home = async () => asOperator(services, checker).home.get({});

async function allTransactions(filter: object): Promise<number> {
  const viewer = asOperator(services, checker);
  let rows = 0;
  let cursor: string | undefined;
  do {
    const page = await viewer.transaction.list({
      ...filter,
      limit: 100,
      ...(cursor && { cursor }),
    });
    rows += page.items.length;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

describe("C50 every number is that of the rows behind it", () => {
  test("transactions: what the list shows with the filter that stands beside the number", async () => {
    const { items } = await home();
    const ofTransactions = items.filter(({ list }) => list === "transactions");
    expect(ofTransactions).toHaveLength(4);
    for (const { key, count, filter } of ofTransactions) {
      expect([key, count]).toEqual([key, await allTransactions(filter)]);
      expect(count).toBeGreaterThan(0);
    }
  });

  test("breaks by severity and by age", async () => {
    const { items, breakAges, asOf } = await home();
    const { rows } = await superuser.query<{ severity: string; opened_at: Date }>(
      "SELECT severity, opened_at FROM breaks WHERE state = 'open'",
    );
    for (const severity of ["critical", "warning", "notice"]) {
      const item = items.find(({ key }) => key === `breaks_${severity}`);
      const those = rows.filter((row) => row.severity === severity);
      expect(item?.count).toBe(those.length);
      expect(item?.oldestAt).toEqual(
        new Date(Math.min(...those.map((row) => row.opened_at.getTime()))),
      );
    }
    expect(breakAges).toHaveLength(4);
    for (const { from, to, count } of breakAges) {
      const inside = rows.filter(
        ({ opened_at: at }) => (from === null || at >= from) && (to === null || at < to),
      );
      expect(inside.length).toBe(count);
    }
    expect(breakAges.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length);
    expect(breakAges[0]?.from).toEqual(new Date(asOf.getTime() - 2 * day + 1));
  });

  test("approvals that this operator may decide on: not their own, not over; too large ones they may refuse", async () => {
    const count = async (operator: SignedInOperator) => {
      const { items } = await asOperator(services, operator).home.get({});
      return items.find(({ key }) => key === "approvals_to_decide")?.count;
    };
    const { rows } = await superuser.query<{ count: string }>(
      "SELECT count(*) FROM approvals WHERE kind = 'withdrawal' AND state = 'requested'",
    );
    const withdrawals = Number(rows[0]?.count);
    expect(withdrawals).toBeGreaterThan(0);
    expect(await count(checker)).toBe(withdrawals + 4);
    expect(await count(await signedInOperator(superuser, "viewer"))).toBe(0);
    expect(await count(await signedInOperator(superuser, "administrator"))).toBe(withdrawals + 5);
  });

  test("the rest: webhooks, dead letters, frozen users, the brake", async () => {
    const { items, outgoing, lastWebhookAt } = await home();
    const counts = Object.fromEntries(items.map(({ key, count }) => [key, count]));
    expect(counts).toMatchObject({
      webhooks_parked: 4,
      dead_letters: 7,
      users_frozen: 3,
      webhooks_forged: 0,
    });
    const { groups } = await asOperator(services, checker).job.listDeadLetters({});
    expect(groups.reduce((sum, one) => sum + Number(one.count), 0)).toBe(7);
    expect(outgoing).toEqual({ stoppedAt: null, reason: null });
    expect(lastWebhookAt).not.toBeNull();
  });

  test("more than anybody counts is told as more", async () => {
    await superuser.query(
      `INSERT INTO breaks (id, class, severity, subject, evidence, opened_by, opened_at, last_seen_at, state)
       SELECT gen_random_uuid(), 'uncleared', 'notice', 'purchase:many' || n, '{}', 'checker', now(), now(), 'open' FROM generate_series(1, 1100) n`,
    );
    const { items } = await home();
    expect(items.find(({ key }) => key === "breaks_notice")).toMatchObject({
      count: 1_000,
      isMore: true,
    });
  });
});

describe("C53 series", () => {
  test("by business day: the figures of the rows, the last period not finished", async () => {
    const { periods } = await asOperator(services, checker).home.series({
      per: "day",
      from: new Date(now - 3 * day),
      to: new Date(now),
    });
    expect(periods.length).toBeGreaterThanOrEqual(3);
    expect(periods.at(-1)?.isFinished).toBe(false);
    expect(periods.slice(0, -1).every(({ isFinished }) => isFinished)).toBe(true);
    const { rows } = await superuser.query<
      Record<string, unknown> & {
        created_at: Date;
        kind: string;
        status: string;
        amount_minor: string;
        completed_at: Date | null;
      }
    >("SELECT created_at, kind, status, amount_minor, completed_at FROM transactions");
    for (const { from, to, byKind } of periods) {
      expect(from.toISOString().slice(11)).toBe("22:00:00.000Z");
      for (const figures of byKind) {
        const those = rows.filter(
          (row) => row.kind === figures.kind && row.created_at >= from && row.created_at < to,
        );
        const completed = those.filter(({ status }) => status === "completed");
        const took = completed
          .map((row) => ((row.completed_at?.getTime() ?? 0) - row.created_at.getTime()) / 1_000)
          .sort((a, b) => a - b);
        const { created, unsuccessful, cancelled, open } = figures;
        expect(created).toBe(those.length);
        expect(figures.completed).toBe(completed.length);
        expect(figures.completed + unsuccessful + cancelled + open).toBe(created);
        expect(figures.completedMinor).toBe(
          completed.reduce((sum, row) => sum + BigInt(row.amount_minor), 0n),
        );
        if (took.length === 0) continue;
        const middle = (took.length - 1) / 2;
        const median = ((took[Math.floor(middle)] ?? 0) + (took[Math.ceil(middle)] ?? 0)) / 2;
        expect(figures.p50Seconds).toBeCloseTo(median, 3);
        expect(figures.p95Seconds).toBeGreaterThanOrEqual(figures.p50Seconds ?? 0);
      }
    }
    const counted = periods
      .flatMap(({ byKind }) => byKind)
      .reduce((sum, { created }) => sum + created, 0);
    const first = periods[0]?.from ?? new Date(0);
    expect(counted).toBe(rows.filter(({ created_at: at }) => at >= first).length);
  });

  test("by hour, of one kind; too much, and nothing, are refused", async () => {
    const { series } = asOperator(services, checker).home;
    const { periods } = await series({
      per: "hour",
      from: new Date(now - 5 * hour),
      to: new Date(now),
      kinds: ["refund"],
    });
    expect(periods.every(({ from, to }) => to.getTime() - from.getTime() === hour)).toBe(true);
    expect(periods.flatMap(({ byKind }) => byKind).every(({ kind }) => kind === "refund")).toBe(
      true,
    );
    for (const [from, to] of [
      [now - 8 * day, now],
      [now, now - hour],
    ] as const) {
      const asked = series({ per: "hour", from: new Date(from), to: new Date(to) });
      await expect(asked.catch((error: unknown) => toAppError(error).code)).resolves.toBe(
        "INVALID_INPUT",
      );
    }
  });
});

describe("C13 bulk actions", () => {
  const idsOf = async (filter: object) => {
    const { items } = await asOperator(services, checker).transaction.list({
      ...filter,
      limit: 100,
    });
    return items.map(({ id }) => id);
  };

  test("withdrawals that wait are taken back, the others told why not; again, nothing more happens", async () => {
    const api = asOperator(services, checker);
    const waiting = await idsOf({ kinds: ["withdrawal"], statuses: ["queued"] });
    const [paid = ""] = await idsOf({ kinds: ["withdrawal"], statuses: ["completed"] });
    const missing = randomUUID();
    const transactionIds = [...waiting.slice(0, 2), paid, missing];
    const preview = await api.transaction.previewBulkCancel({ selection: { transactionIds } });
    expect(preview.eligible.transactionIds.toSorted()).toEqual(waiting.slice(0, 2).toSorted());
    expect(preview.notEligible).toEqual([
      { transactionId: paid, reason: "Only a withdrawal that still waits can be taken back." },
      { transactionId: missing, reason: "There is no such transaction." },
    ]);
    const { rows } = await superuser.query<{ sum: string }>(
      "SELECT sum(amount_minor) FROM transactions WHERE id = ANY ($1)",
      [waiting.slice(0, 2)],
    );
    expect(preview.eligible.totals).toEqual([
      { currency: "ZAR", amountMinor: BigInt(rows[0]?.sum ?? 0) },
    ]);
    const run = { transactionIds, reason: "asked for by the bank", idempotencyKey: randomUUID() };
    const { results } = await api.transaction.bulkCancel(run);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      "done",
      "done",
      "not_eligible",
      "not_eligible",
    ]);
    expect((await api.transaction.bulkCancel(run)).results.slice(0, 2)).toEqual(
      results.slice(0, 2),
    );
    const { rows: audited } = await superuser.query(
      "SELECT FROM audit_events WHERE action = 'withdrawal.cancelled_by_operator' AND subject_id = ANY ($1)",
      [transactionIds],
    );
    expect(audited).toHaveLength(2);
  });

  test("a note on all that match a filter: just those that the preview named, each once", async () => {
    const api = asOperator(services, checker);
    const selection = { filter: { kinds: ["refund" as const] } };
    const preview = await api.transaction.previewBulkNote({ selection });
    expect(preview.eligible.transactionIds.toSorted()).toEqual(
      (await idsOf(selection.filter)).toSorted(),
    );
    const run = {
      transactionIds: preview.eligible.transactionIds,
      reason: "Checked with the shop.",
      idempotencyKey: randomUUID(),
    };
    await Promise.all([api.transaction.bulkNote(run), api.transaction.bulkNote(run)]);
    const { rows } = await superuser.query("SELECT DISTINCT transaction_id FROM transaction_notes");
    const { rows: all } = await superuser.query("SELECT FROM transaction_notes");
    expect([rows.length, all.length]).toEqual([
      run.transactionIds.length,
      run.transactionIds.length,
    ]);
  });
});
