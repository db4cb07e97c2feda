import { createPublicKey, verify } from "node:crypto";
import { readDayClose } from "@revio-wallet/db/sql/day-closes";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { businessDayOf, dayAfter, startOf } from "../../../src/day-close/business-day.ts";
import { closeDays } from "../../../src/day-close/close-day.ts";
import { certificateBytes, type DayCertificate } from "../../../src/day-close/day-certificate.ts";
import { getDayClose } from "../../../src/day-close/get-day-close.ts";
import { listDayCloses } from "../../../src/day-close/list-day-closes.ts";
import { compareDayClose, verifyDayClose } from "../../../src/day-close/verify-day-close.ts";
import { houseAccount } from "../../../src/ledger/chart-of-accounts.ts";
import { getAccountBalance } from "../../../src/ledger/get-balance.ts";
import { resolveBreaks } from "../../../src/reconciliation/resolve-breaks.ts";
import { loadSigningKeys } from "../../../src/signing-keys.ts";
import { operator } from "../../registered-user.ts";
import { ed25519Pem } from "../../test-context.ts";
import { chainAll, closeAll, fullRound, openFindings, tamper } from "../../world/assurance.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { olderAreOver } from "../../world/older-are-over.ts";
import { asTask } from "../../world/tripwire.ts";

const day = 24 * 60 * 60_000;

let world: MoneyWorld;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  customer = await world.customer();
});
afterAll(() => world.close());

const today = () => businessDayOf(world.ctx.clock.now());
/** To ten past midnight of the next business day. */
async function nextDay(): Promise<void> {
  const midnight = startOf(dayAfter(today())).getTime();
  await world.advance(midnight - world.ctx.clock.now().getTime() + 10 * 60_000);
}
const closeOf = async (businessOn: string) => {
  const row = await readDayClose(world.database.pool, businessOn);
  if (row === undefined) throw new Error(`${businessOn} is not closed`);
  return { ...row, certificate: row.certificate as DayCertificate };
};
const closedDays = async () => {
  const { rows } = await world.superuser.query<{ day: string }>(
    "SELECT business_on::text AS day FROM day_closes ORDER BY 1",
  );
  return rows.map(({ day: one }) => one);
};

describe("business days", () => {
  test.each([
    ["2026-11-24T21:59:59.999Z", "2026-11-24"],
    ["2026-11-24T22:00:00.000Z", "2026-11-25"],
    ["2026-12-31T22:00:00.000Z", "2027-01-01"],
  ])("%s is on %s", (instant, businessOn) => {
    expect(businessDayOf(new Date(instant))).toBe(businessOn);
    expect(startOf(businessOn).getTime()).toBeLessThanOrEqual(new Date(instant).getTime());
    expect(dayAfter(businessOn) > businessOn).toBe(true);
    expect(startOf(dayAfter(businessOn)).getTime() - startOf(businessOn).getTime()).toBe(day);
  });
});

test("nothing has happened yet: nothing to close; nor is a day that is not over", async () => {
  expect(await closeAll(world)).toEqual([]);
  await world.fund(customer, 100_000n);
  expect(await closeAll(world)).toEqual([]);
});

test("yesterday closes with what it held, in a form that anybody can check without us", async () => {
  const first = today();
  const withdrawal = await world.withdraw(customer, 30_000n);
  await world.settle();
  await world.sandbox.payoutScenario("pending");
  await world.withdraw(customer, 20_000n);
  await world.settle();
  await nextDay();
  // Of the next day: not in it.
  await world.fund(customer, 7_000n);
  expect(await closeAll(world)).toEqual([first]);
  const { certificate, sha256, signature, keyId } = await closeOf(first);
  expect(certificate).toMatchObject({
    version: "1",
    businessOn: first,
    timeZone: "Africa/Johannesburg",
    previousSha256: null,
    fromXid: "0",
    lateEntries: "0",
    openBreaks: [],
    userAccounts: [
      { name: "available", currency: "ZAR", balanceMinor: "50000" },
      { name: "pending", currency: "ZAR", balanceMinor: "20000" },
    ],
    transactions: expect.arrayContaining([
      {
        kind: "deposit",
        status: "completed",
        currency: "ZAR",
        transactions: "1",
        amountMinor: "100000",
      },
      {
        kind: "withdrawal",
        status: "queued",
        currency: "ZAR",
        transactions: "2",
        amountMinor: "50000",
      },
      {
        kind: "withdrawal",
        status: "completed",
        currency: "ZAR",
        transactions: "1",
        amountMinor: "30000",
      },
    ]) as unknown,
  });
  expect(withdrawal.amountMinor).toBe(30_000n);
  expect(certificate.entries.map(({ event, entries }) => `${event} ${entries}`)).toEqual([
    "deposit.completed 1",
    "withdrawal.completed 1",
    "withdrawal.reserved 2",
  ]);
  const [trial] = certificate.trialBalance;
  expect(trial?.debitMinor).toBe(trial?.creditMinor);
  // Assets and expenses on one side, what is owed and earned on the other.
  const sum = (types: string[]) =>
    certificate.accountTypes
      .filter(({ type }) => types.includes(type))
      .reduce((total, { balanceMinor }) => total + BigInt(balanceMinor), 0n);
  expect(sum(["asset", "expense"])).toBe(sum(["liability", "income"]));
  const float = certificate.houseAccounts.find(
    ({ account }) => account === "house:revio_float:ZAR",
  );
  const fresh = await getAccountBalance(world.database.pool, houseAccount("revio_float", "ZAR"));
  expect(BigInt(float?.balanceMinor ?? 0)).toBeLessThan(fresh);

  const bytes = Buffer.from(certificateBytes(certificate));
  expect(world.ctx.dayCloseKeys.signing.kid).toBe(keyId);
  const publicKey = createPublicKey(world.ctx.dayCloseKeys.signing.privateKey);
  expect(verify(null, bytes, publicKey, signature)).toBe(true);
  expect(await verifyDayClose(world.ctx, first)).toEqual([]);
  expect(world.logged.find(({ message }) => message === "day closed")).toMatchObject({
    message: "day closed",
    fields: { businessOn: first, sha256: sha256.toString("hex") },
  });
});

test("later postings do not change it", async () => {
  const [first = ""] = await closedDays();
  await world.fund(customer, 11_000n);
  await world.withdraw(customer, 12_000n);
  await world.settle();
  expect(await verifyDayClose(world.ctx, first)).toEqual([]);
});

test("missed days are caught up in order, without a gap, each naming the one before; days without a posting too", async () => {
  const before = (await closedDays()).length;
  await nextDay();
  await nextDay();
  await nextDay();
  const closed = await closeAll(world);
  expect(closed).toHaveLength(3);
  const all = await closedDays();
  expect(all).toHaveLength(before + 3);
  for (const [index, one] of all.entries()) {
    const row = await closeOf(one);
    const last = index === 0 ? undefined : await closeOf(all[index - 1] ?? "");
    expect(one).toBe(last === undefined ? all[0] : dayAfter(last.businessOn));
    expect(row.certificate.previousSha256).toBe(last?.sha256.toString("hex") ?? null);
    expect(row.certificate.fromXid).toBe(last?.boundaryXid ?? "0");
    expect(await verifyDayClose(world.ctx, one)).toEqual([]);
  }
  const empty = await closeOf(all.at(-1) ?? "");
  expect(empty.certificate.entries).toEqual([]);
});

test("every entry is in one certificate", async () => {
  await nextDay();
  await closeAll(world);
  const all = await Promise.all((await closedDays()).map(closeOf));
  const certified = all
    .flatMap(({ certificate }) => certificate.entries)
    .reduce((sum, { entries }) => sum + Number(entries), 0);
  const { rows } = await world.superuser.query<{ count: string }>(
    "SELECT count(*) FROM journal_entries",
  );
  expect(certified).toBe(Number(rows[0]?.count));
  expect(all.at(-1)?.certificate.journal.position).toBe(rows[0]?.count);
});

test("a posting that bears a time of a closed day counts as late in the next certificate; the closed one stands", async () => {
  const last = (await closedDays()).at(-1) ?? "";
  const slow = { ...customer, as: { ...customer.as, clock: { now: () => startOf(last) } } };
  await world.withdraw(slow, 13_000n);
  const current = today();
  await nextDay();
  await closeAll(world);
  expect((await closeOf(current)).certificate.lateEntries).toBe("1");
  expect(await verifyDayClose(world.ctx, last)).toEqual([]);
});

test("again, and by many at once: each day once", async () => {
  const current = today();
  await nextDay();
  await chainAll(world);
  await closeAll(world);
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map(() => closeDays(world.ctx)));
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") expect(outcome.value).toEqual([]);
  }
  const all = await closedDays();
  expect(all.filter((one) => one === current)).toHaveLength(1);
  const next = today();
  await nextDay();
  await Promise.allSettled([1, 2, 3, 4, 5].map(() => closeAll(world)));
  expect((await closedDays()).filter((one) => one === next)).toHaveLength(1);
  const { rows } = await world.superuser.query<{ count: string }>(
    "SELECT count(*) FROM audit_events WHERE action = 'day.closed'",
  );
  expect(Number(rows[0]?.count)).toBe((await closedDays()).length);
});

test("a database transaction from before midnight that is still open: the day waits for it", async () => {
  const current = today();
  await nextDay();
  const client = await world.database.pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_current_xact_id()");
    await world.fund(customer, 5_000n);
    await expect(closeDays(world.ctx)).rejects.toMatchObject({ name: "DayNotFinal" });
    expect(await closedDays()).not.toContain(current);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
  expect(await closeAll(world)).toEqual([current]);
});

test("an entry of the day behind an older database transaction that is still open: not left for the next day", async () => {
  const current = today();
  const client = await world.database.pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_current_xact_id()");
    await world.fund(customer, 6_000n);
    await nextDay();
    await expect(closeDays(world.ctx)).rejects.toMatchObject({ name: "DayNotFinal" });
    await client.query("COMMIT");
  } finally {
    client.release();
  }
  expect(await closeAll(world)).toEqual([current]);
  const { rows } = await world.superuser.query<{ count: string }>(
    "SELECT count(*) FROM journal_entries",
  );
  expect((await closeOf(current)).certificate.journal.position).toBe(rows[0]?.count);
});

test("a process that closes a day dies at any statement: the day is closed once, and verifies", async () => {
  await nextDay();
  await chainAll(world);
  const whole = world.process();
  await asTask(() => closeAll(world, whole.ctx));
  expect(whole.process.points.length).toBeGreaterThan(30);
  for (let index = 0; ; index++) {
    const current = today();
    await nextDay();
    await chainAll(world);
    const dying = world.process(index);
    await asTask(() => closeAll(world, dying.ctx)).catch(() => undefined);
    if (!dying.process.dead) break;
    await closeAll(world);
    expect((await closedDays()).filter((one) => one === current)).toHaveLength(1);
    expect(await verifyDayClose(world.ctx, current)).toEqual([]);
  }
});

test("only in order: not the day after next, not twice, not from another past, not backwards", async () => {
  const last = await closeOf((await closedDays()).at(-1) ?? "");
  const insert = (patch: object) => {
    const row = {
      business_on: dayAfter(last.businessOn),
      previous_sha256: last.sha256,
      boundary_xid: last.boundaryXid,
      chain_position: last.chainPosition,
      ...patch,
    };
    return world.database.pool.query(
      `INSERT INTO day_closes (business_on, previous_sha256, boundary_xid, chain_position, certificate, sha256, signature, key_id, closed_at)
       VALUES ($1, $2, $3, $4, '{}', sha256('x'), decode(repeat('00', 64), 'hex'), 'k', now())`,
      [row.business_on, row.previous_sha256, row.boundary_xid, row.chain_position],
    );
  };
  for (const patch of [
    { business_on: dayAfter(dayAfter(last.businessOn)) },
    { business_on: last.businessOn },
    { previous_sha256: null },
    { previous_sha256: Buffer.alloc(32) },
    { boundary_xid: "1" },
    { chain_position: 0n },
  ]) {
    await expect(insert(patch)).rejects.toMatchObject({ code: "23514" });
  }
});

test("breaks: open as of the cut, until the day on which they were resolved", async () => {
  const breaksOf = async () => {
    const current = today();
    await nextDay();
    await olderAreOver(world);
    await closeAll(world);
    return (await closeOf(current)).certificate.openBreaks;
  };
  const { id } = await world.sandbox.post("purchases", {
    client: { email: "someone@example.com" },
    purchase: { currency: "ZAR", products: [{ name: "Dashboard", price: 9_900 }] },
    reference: "nothing of ours",
  });
  await world.settle();
  const opened = [{ class: "unknown_object", breaks: "1" }];
  expect(await breaksOf()).toEqual(opened);
  expect(await breaksOf()).toEqual(opened);
  await withTransaction(world.ctx.pool, (tx) =>
    resolveBreaks(world.ctx, tx, {
      subject: `purchase:${String(id)}`,
      classes: ["unknown_object"],
      resolution: "match",
    }),
  );
  expect(await breaksOf()).toEqual([]);
});

test("every day, from the day before and its own stretch: what the whole ledger says", async () => {
  const days = await closedDays();
  expect(days.length).toBeGreaterThan(10);
  await withSnapshot(world.ctx.pool, async (db) => {
    for (const one of days) {
      const row = await closeOf(one);
      for (const from of ["whole ledger", "day before"] as const) {
        expect(await compareDayClose(world.ctx, db, row, from)).toEqual([]);
      }
    }
  });
});

describe("keys", () => {
  beforeEach(() => chainAll(world));

  test("after a rotation old certificates verify with the old public key, and not without", async () => {
    const [first = ""] = await closedDays();
    const old = createPublicKey(world.ctx.dayCloseKeys.signing.privateKey);
    const pem = old.export({ type: "spki", format: "pem" }).toString();
    const signingKey = ed25519Pem();
    const rotated = await loadSigningKeys({ name: "day-close", signingKey, verifyingKeys: [pem] });
    const current = today();
    await nextDay();
    await closeAll(world, { ...world.ctx, dayCloseKeys: rotated });
    expect((await closeOf(current)).keyId).toBe(rotated.signing.kid);
    for (const one of [first, current]) {
      expect(await verifyDayClose({ ...world.ctx, dayCloseKeys: rotated }, one)).toEqual([]);
    }
    const without = await loadSigningKeys({ name: "day-close", signingKey });
    expect(await verifyDayClose({ ...world.ctx, dayCloseKeys: without }, first)).toMatchObject([
      { what: "signature" },
    ]);
    // What the world's own keys make of a certificate that another key signed.
    await fullRound(world);
    expect(await openFindings(world)).toEqual([`certificate_broken day:${current}`]);
  });
});

test("operators may look; a certificate that was changed says where", async () => {
  const as = await operator(world.ctx, world.superuser, "viewer");
  const [first = ""] = await closedDays();
  const list = await listDayCloses(as, { limit: 3 });
  expect(list).toHaveLength(3);
  const page = await listDayCloses(as, { before: list.at(-1)?.businessOn, limit: 1 });
  expect(page[0]?.businessOn && page[0].businessOn < (list.at(-1)?.businessOn ?? "")).toBe(true);
  const shown = await getDayClose(as, first);
  expect(shown.differences).toEqual([]);
  const publicKey = createPublicKey(world.ctx.dayCloseKeys.signing.privateKey);
  expect(
    verify(null, Buffer.from(shown.certificate), publicKey, Buffer.from(shown.signature, "base64")),
  ).toBe(true);
  await tamper(
    world,
    `UPDATE postings SET amount_minor = amount_minor + 1 WHERE journal_entry_id = (SELECT id FROM journal_entries ORDER BY sequence LIMIT 1)`,
  );
  const { differences } = await getDayClose(as, first);
  expect(differences.map(({ what }) => what)).toEqual(
    expect.arrayContaining(["trialBalance", "houseAccounts", "entries"]),
  );
  await expect(getDayClose(as, "2001-01-01")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(getDayClose(customer.as, first)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(listDayCloses(customer.as, { limit: 1 })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});
