import type { BreakClass } from "@revio-wallet/db/sql/breaks";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { foldCheckpoints } from "../../../src/ledger/fold-checkpoints.ts";
import { breakClassOf, integrityChecks } from "../../../src/integrity/integrity-checks.ts";
import { verifyIntegrity } from "../../../src/integrity/verify-integrity.ts";
import {
  chainAll,
  closeAll,
  fullRound,
  openFindings,
  restoreTables,
  saveTables,
  tamper,
} from "../../world/assurance.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { olderAreOver } from "../../world/older-are-over.ts";

const day = 24 * 60 * 60_000;

let world: MoneyWorld;
let customer: Customer;
let depositId: string;
/** Two closed days with money in, out, refused and under way; everything chained, and seen by the checker once. */
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  customer = await world.customer();
  depositId = (await world.fund(customer, 200_000n)).id;
  await world.withdraw(customer, 40_000n);
  await world.settle();
  await world.advance(day);
  await world.sandbox.payoutScenario("error");
  await world.withdraw(customer, 11_000n);
  await world.settle();
  await world.advance(day);
  await world.sandbox.payoutScenario("pending");
  await world.withdraw(customer, 12_000n);
  await world.settle();
  await olderAreOver(world);
  await foldCheckpoints(world.ctx, { minimumPostings: 1n });
  await chainAll(world);
  expect(await closeAll(world)).toHaveLength(2);
  await chainAll(world);
  expect(await fullRound(world)).toBe(0);
  await saveTables(world);
});
afterAll(() => world.close());
beforeEach(() => restoreTables(world));

async function brakes(): Promise<string> {
  const { rows } = await world.superuser.query<{ all: boolean; one: string | null }>(
    `SELECT (SELECT stopped_at IS NOT NULL FROM outgoing_switch) AS all, outgoing_frozen_reason AS one FROM users WHERE id = $1`,
    [customer.userId],
  );
  return [rows[0]?.all ? "everybody" : "", rows[0]?.one === "integrity" ? "user" : ""]
    .filter((brake) => brake !== "")
    .join(" ");
}

/** An old entry, an account of the user, and a step of theirs. */
const entry = "(SELECT min(sequence) FROM journal_entries)";
const entryId = `(SELECT id FROM journal_entries WHERE sequence = ${entry})`;
const account =
  "(SELECT id FROM ledger_accounts WHERE name = 'available' AND user_id IS NOT NULL ORDER BY id LIMIT 1)";
const newEntry = (xid: string) =>
  `INSERT INTO journal_entries (id, entry_key, event, fingerprint, occurred_at, posted_at, created_xid)
     VALUES ('00000000-0000-4000-8000-00000000f00d', 'forged', 'forged', sha256('x'), now(), now(), ${xid});
   INSERT INTO postings (journal_entry_id, ledger_account_id, currency, direction, amount_minor, posted_at, created_xid)
     SELECT '00000000-0000-4000-8000-00000000f00d', a.id, 'ZAR', d.direction, 7, now(), ${xid}
     FROM (VALUES ('adjustments', 'debit'), ('payout_returns', 'credit')) d (name, direction) JOIN ledger_accounts a ON a.name = d.name`;
/** Chains everything anew from what the tables say now, as the job would have. */
const rechain = `DELETE FROM chain_links WHERE stream = 'journal';
  DO $$ DECLARE h bytea := decode(repeat('00', 32), 'hex'); n bigint := 0; e record; BEGIN
    FOR e IN SELECT sequence, created_xid, journal_entry_hash(sequence) AS hash FROM journal_entries ORDER BY created_xid, sequence LOOP
      n := n + 1; h := sha256(h || e.hash);
      INSERT INTO chain_links VALUES ('journal', n, e.sequence, e.created_xid, e.hash, h, now());
    END LOOP; END $$`;
/** R 100 more for the user, in every place that speaks of it. */
const perfectForgery = `UPDATE postings SET amount_minor = amount_minor + 10000 WHERE journal_entry_id = ${entryId} AND ledger_account_id <> (
      SELECT id FROM ledger_accounts WHERE name = 'provider_fees');
    UPDATE postings SET balance_after_minor = balance_after_minor + 10000 WHERE ledger_account_id = ${account};
    UPDATE postings SET balance_before_minor = balance_before_minor + 10000 WHERE ledger_account_id = ${account} AND balance_before_minor > 0;
    UPDATE balances SET amount_minor = amount_minor + 10000 WHERE ledger_account_id = ${account};
    UPDATE balance_checkpoints c SET amount_minor = amount_minor + 10000 FROM ledger_accounts a WHERE a.id = c.ledger_account_id AND a.name = 'revio_float';
    UPDATE transactions SET amount_minor = amount_minor + 10000 WHERE id = (SELECT transaction_id FROM journal_entries WHERE sequence = ${entry});
    UPDATE idempotency_keys SET response = jsonb_set(response, '{output,json,amountMinor}', '"210000"') WHERE transaction_id = (
      SELECT transaction_id FROM journal_entries WHERE sequence = ${entry})`;

interface Tampering {
  what: string;
  sql: string;
  found: BreakClass[];
  brake: string;
  /** Nothing else is found: what is shown is that this one check is needed. */
  only?: boolean;
}

const chain: Tampering[] = [
  {
    what: "a posting's amount",
    sql: `UPDATE postings SET amount_minor = amount_minor + 1 WHERE id = (SELECT min(id) FROM postings)`,
    found: ["hash_chain_broken", "balance_drift"],
    brake: "everybody",
  },
  {
    what: "an amount in every place that speaks of it",
    sql: perfectForgery,
    found: ["hash_chain_broken", "certificate_broken"],
    brake: "everybody",
  },
  {
    what: "the event of an entry",
    sql: `UPDATE journal_entries SET occurred_at = occurred_at - interval '1 microsecond' WHERE sequence = ${entry}`,
    found: ["hash_chain_broken"],
    brake: "everybody",
    only: true,
  },
  {
    what: "the direction of both sides",
    sql: `UPDATE postings SET direction = CASE direction WHEN 'debit' THEN 'credit' ELSE 'debit' END WHERE journal_entry_id = ${entryId}`,
    found: ["hash_chain_broken", "balance_drift"],
    brake: "everybody",
  },
  {
    what: "whose account it was",
    sql: `UPDATE ledger_accounts SET name = 'other', code = 'house:other:ZAR' WHERE name = 'revio_float'`,
    found: ["hash_chain_broken", "certificate_broken"],
    brake: "everybody",
  },
  {
    what: "an entry taken out",
    sql: `DELETE FROM postings WHERE journal_entry_id = ${entryId}; DELETE FROM journal_entries WHERE sequence = ${entry}`,
    found: ["hash_chain_broken"],
    brake: "everybody user",
  },
  {
    what: "an entry taken out with its link",
    sql: `DELETE FROM chain_links WHERE stream = 'journal' AND item_sequence = ${entry}; DELETE FROM postings WHERE journal_entry_id = ${entryId}; DELETE FROM journal_entries WHERE sequence = ${entry}`,
    found: ["hash_chain_broken"],
    brake: "everybody user",
  },
  {
    what: "the end of the chain cut off",
    sql: "DELETE FROM chain_links WHERE stream = 'journal' AND position = (SELECT max(position) FROM chain_links WHERE stream = 'journal')",
    found: ["hash_chain_broken"],
    brake: "everybody",
  },
  {
    what: "a link taken out of the middle",
    sql: "DELETE FROM chain_links WHERE stream = 'journal' AND position = 2",
    found: ["hash_chain_broken"],
    brake: "everybody",
  },
  {
    what: "an entry slipped into the past",
    sql: newEntry(`(SELECT created_xid FROM journal_entries WHERE sequence = ${entry})`),
    found: ["hash_chain_broken", "certificate_broken"],
    brake: "everybody",
  },
  {
    what: "an entry of a database transaction that never was",
    sql: newEntry("'900000000000'"),
    found: ["hash_chain_broken"],
    brake: "everybody",
    only: true,
  },
  {
    what: "a balanced pair slipped into an old entry",
    sql: `INSERT INTO postings (journal_entry_id, ledger_account_id, currency, direction, amount_minor, posted_at, created_xid)
      SELECT e.id, a.id, 'ZAR', d.direction, 7, e.posted_at, e.created_xid FROM journal_entries e,
        (VALUES ('adjustments', 'debit'), ('suspense', 'credit')) d (name, direction) JOIN ledger_accounts a ON a.name = d.name WHERE e.sequence = ${entry}`,
    found: ["hash_chain_broken"],
    brake: "everybody",
  },
  {
    what: "a link's hash",
    sql: "UPDATE chain_links SET chain_hash = sha256(chain_hash) WHERE stream = 'journal' AND position = 2",
    found: ["hash_chain_broken"],
    brake: "everybody",
  },
  {
    what: "two links swapped",
    sql: `UPDATE chain_links SET position = 900000 WHERE stream = 'journal' AND position = 1; UPDATE chain_links SET position = 1 WHERE stream = 'journal' AND position = 2;
      UPDATE chain_links SET position = 2 WHERE stream = 'journal' AND position = 900000`,
    found: ["hash_chain_broken"],
    brake: "everybody",
  },
  {
    what: "everything, and the whole chain computed anew",
    sql: `${perfectForgery}; ${rechain}`,
    found: ["hash_chain_broken", "certificate_broken"],
    brake: "everybody",
  },
  {
    what: "the chain computed anew and the checker's memory wiped",
    sql: `${perfectForgery}; ${rechain}; DELETE FROM integrity_checks`,
    found: ["certificate_broken"],
    brake: "everybody",
  },
  {
    what: "an audit event's details",
    sql: `UPDATE audit_events SET actor_id = 'somebody else' WHERE action = 'user.registered'`,
    found: ["hash_chain_broken"],
    brake: "everybody",
  },
  {
    what: "an audit event taken out",
    sql: `DELETE FROM audit_events WHERE action = 'day.closed' AND sequence = (SELECT min(sequence) FROM audit_events WHERE action = 'day.closed')`,
    found: ["hash_chain_broken", "certificate_broken"],
    brake: "everybody",
  },
];

const state: Tampering[] = [
  {
    what: "F113: a stored balance",
    sql: `UPDATE balances SET amount_minor = amount_minor + 100000 WHERE ledger_account_id = ${account}`,
    found: ["balance_drift"],
    brake: "user",
    only: true,
  },
  {
    what: "a lost update of a balance",
    sql: `UPDATE balances SET version = version - 1 WHERE ledger_account_id = ${account}`,
    found: ["balance_drift"],
    brake: "user",
    only: true,
  },
  {
    what: "a checkpoint",
    sql: "UPDATE balance_checkpoints SET amount_minor = amount_minor - 1 WHERE id = (SELECT min(id) FROM balance_checkpoints)",
    found: ["balance_drift"],
    brake: "everybody",
    only: true,
  },
  {
    what: "a withdrawal under way forgotten",
    sql: "UPDATE transactions SET status = 'failed' WHERE status = 'processing'",
    found: ["reserve_drift", "history_broken"],
    brake: "user",
  },
  {
    what: "a step of the history taken out",
    sql: "DELETE FROM transaction_events WHERE to_status = 'processing'",
    found: ["history_broken"],
    brake: "user",
  },
  {
    what: "a step that was never audited",
    sql: `INSERT INTO transaction_events (transaction_id, user_id, from_status, to_status, cause, actor_kind, actor_id, occurred_at)
      SELECT t.id, t.user_id, 'failed', 'failed', 'withdrawal.failed', 'system', 'x', now() FROM transactions t WHERE t.status = 'failed' LIMIT 1`,
    found: ["history_broken"],
    brake: "user",
  },
  {
    what: "another actor in the history",
    sql: "UPDATE transaction_events SET actor_kind = 'operator' WHERE to_status = 'completed'",
    found: ["history_broken"],
    brake: "user",
  },
  {
    what: "the answer that a caller was given",
    sql: `UPDATE idempotency_keys SET response = jsonb_set(response, '{output,json,amountMinor}', '"999999"') WHERE operation = 'withdrawal.create'`,
    found: ["history_broken"],
    brake: "user",
    only: true,
  },
  {
    what: "an answer about another transaction",
    sql: `UPDATE idempotency_keys SET transaction_id = (SELECT transaction_id FROM journal_entries WHERE event = 'deposit.completed' LIMIT 1) WHERE operation = 'withdrawal.create'`,
    found: ["history_broken"],
    brake: "user",
    only: true,
  },
];

const certificates: Tampering[] = [
  {
    what: "a figure in a certificate",
    sql: `UPDATE day_closes SET certificate = jsonb_set(certificate, '{lateEntries}', '"3"') WHERE business_on = (SELECT min(business_on) FROM day_closes)`,
    found: ["certificate_broken"],
    brake: "everybody",
    only: true,
  },
  {
    what: "a certificate with its hash",
    sql: `UPDATE day_closes SET sha256 = sha256('x') WHERE business_on = (SELECT max(business_on) FROM day_closes)`,
    found: ["certificate_broken"],
    brake: "everybody",
    only: true,
  },
  {
    what: "a certificate that is none any more",
    sql: "UPDATE day_closes SET certificate = 'null'",
    found: ["certificate_broken"],
    brake: "everybody",
    only: true,
  },
  {
    what: "its signature",
    sql: "UPDATE day_closes SET signature = decode(repeat('00', 64), 'hex')",
    found: ["certificate_broken"],
    brake: "everybody",
    only: true,
  },
  {
    what: "its key",
    sql: "UPDATE day_closes SET key_id = 'mine'",
    found: ["certificate_broken"],
    brake: "everybody",
    only: true,
  },
  {
    what: "its cut",
    sql: "UPDATE day_closes SET chain_position = chain_position + 1",
    found: ["certificate_broken"],
    brake: "everybody",
    only: true,
  },
  {
    what: "the newest day taken out",
    sql: "DELETE FROM day_closes WHERE business_on = (SELECT max(business_on) FROM day_closes)",
    found: ["certificate_broken"],
    brake: "everybody",
    only: true,
  },
  {
    what: "the first day taken out",
    sql: "DELETE FROM day_closes WHERE business_on = (SELECT min(business_on) FROM day_closes)",
    found: ["certificate_broken"],
    brake: "everybody",
    only: true,
  },
  {
    what: "a break made undone",
    sql: `INSERT INTO audit_events (occurred_at, actor_kind, action, subject_kind, subject_id, details, created_xid)
      SELECT now(), 'system', 'day.closed', 'day', business_on::text, '{"sha256": "ff"}', created_xid FROM day_closes, audit_events ORDER BY sequence LIMIT 1`,
    found: ["certificate_broken", "hash_chain_broken"],
    brake: "everybody",
  },
];

describe.each([
  { kind: "F114: the chain", list: chain },
  { kind: "what is derived", list: state },
  { kind: "certificates", list: certificates },
])("$kind: a superuser changes", ({ list }) => {
  test.each(list)("$what", async ({ sql, found, brake, only }) => {
    await tamper(world, sql);
    world.logged.length = 0;
    expect(await fullRound(world)).toBeGreaterThan(0);
    const classes = new Set((await openFindings(world)).map((line) => line.split(" ")[0]));
    if (only) expect(classes).toEqual(new Set<string>(found));
    else expect([...classes]).toEqual(expect.arrayContaining(found));
    // Where several things differ, the brake may be on for more.
    if (only) expect(await brakes()).toBe(brake);
    else expect(await brakes()).toContain(brake.split(" ")[0]);
    expect(
      world.logged.filter(
        ({ level, message }) => level === "error" && message === "integrity_break",
      ).length,
    ).toBeGreaterThan(0);
  });
});

test("by ALTER TABLE … DISABLE TRIGGER, as the owner could: found as well, and named", async () => {
  await world.superuser.query(
    `ALTER TABLE journal_entries DISABLE TRIGGER USER;
     UPDATE journal_entries SET event = 'deposit.refunded' WHERE transaction_id = '${depositId}';
     ALTER TABLE journal_entries ENABLE TRIGGER USER`,
  );
  await fullRound(world);
  const { rows } = await world.superuser.query<{ id: string }>(
    "SELECT id FROM journal_entries WHERE transaction_id = $1",
    [depositId],
  );
  expect(await openFindings(world)).toEqual(
    expect.arrayContaining([
      `hash_chain_broken journal_entry:${rows[0]?.id}`,
      `history_broken transaction:${depositId}`,
    ]),
  );
});

describe("an old day's stretch", () => {
  const certificateFindings = async () =>
    (await openFindings(world)).filter((line) => line.startsWith("certificate_broken"));
  const days = async () => {
    const { rows } = await world.superuser.query<{ line: string }>(
      "SELECT 'certificate_broken day:' || business_on AS line FROM day_closes ORDER BY business_on",
    );
    return rows.map(({ line }) => line);
  };
  const changes: [string, string][] = [
    ["an amount in every place that speaks of it", perfectForgery],
    [
      "an entry taken out",
      `DELETE FROM postings WHERE journal_entry_id = ${entryId}; DELETE FROM journal_entries WHERE sequence = ${entry}`,
    ],
    [
      "an entry put in",
      newEntry(`(SELECT created_xid FROM journal_entries WHERE sequence = ${entry})`),
    ],
    [
      "an entry moved to another day",
      `UPDATE journal_entries SET created_xid = (SELECT max(created_xid) FROM journal_entries) WHERE sequence = ${entry};
      UPDATE postings SET created_xid = (SELECT max(created_xid) FROM journal_entries) WHERE journal_entry_id = ${entryId}`,
    ],
    [
      "a posting moved to another day",
      `UPDATE postings SET created_xid = (SELECT max(created_xid) FROM journal_entries) WHERE id = (SELECT min(id) FROM postings)`,
    ],
    [
      "a posting hung on another entry",
      `UPDATE postings SET journal_entry_id = (SELECT id FROM journal_entries ORDER BY sequence DESC LIMIT 1) WHERE id = (SELECT min(id) FROM postings)`,
    ],
    [
      "a status taken out",
      "DELETE FROM transaction_events WHERE sequence = (SELECT min(sequence) FROM transaction_events)",
    ],
  ];

  test.each(changes)(
    "%s: found by that day's certificate, whatever else finds it",
    async (_, sql) => {
      const [first] = await days();
      await tamper(world, sql);
      await fullRound(world);
      expect(await certificateFindings()).toContain(first);
    },
  );

  test.each(changes)("%s, and the chain computed anew: the same", async (_, sql) => {
    const [first] = await days();
    await tamper(world, `${sql}; ${rechain}`);
    await fullRound(world);
    expect(await certificateFindings()).toContain(first);
  });

  test("a step finds it where it was made, and by that day's certificate alone; the pass at night by the newest besides", async () => {
    const [first, newest] = await days();
    await tamper(world, perfectForgery);
    await fullRound(world);
    expect(await certificateFindings()).toEqual([first]);
    await verifyIntegrity(world.ctx);
    expect(await certificateFindings()).toEqual([first, newest]);
  });

  test("a certificate that agrees with the changed history is not signed: found by that", async () => {
    const [, newest] = await days();
    await tamper(
      world,
      `${perfectForgery}; UPDATE day_closes SET certificate = jsonb_set(certificate, '{userAccounts,0,balanceMinor}', '"170000"')`,
    );
    await fullRound(world);
    expect(await certificateFindings()).toContain(newest);
  });

  test.each(["[]", '"nonsense"', '{"trialBalance": [1, null, "x"], "houseAccounts": "x"}', "null"])(
    "a certificate made into %s: found, and the days behind it are looked at all the same",
    async (json) => {
      const [first, newest] = await days();
      await tamper(
        world,
        `UPDATE day_closes SET certificate = '${json}' WHERE business_on = (SELECT min(business_on) FROM day_closes)`,
      );
      await fullRound(world);
      expect(await certificateFindings()).toEqual([first, newest]);
    },
  );
});

test("the pass at night finds what the steps find, and the trial balance besides", async () => {
  await tamper(
    world,
    "UPDATE postings SET amount_minor = amount_minor + 1 WHERE id = (SELECT min(id) FROM postings)",
  );
  expect(await verifyIntegrity(world.ctx)).toBeGreaterThan(2);
  expect(await openFindings(world)).toContain("balance_drift trial_balance:ZAR");
  await restoreTables(world);
  expect(await verifyIntegrity(world.ctx)).toBe(0);
});

test("every class of the checker is shown to be found", () => {
  const shown = new Set([...chain, ...state, ...certificates].flatMap(({ found }) => found));
  expect(shown).toEqual(new Set(integrityChecks.map((check) => breakClassOf[check])));
});
