import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { getJournalEntry } from "../../../src/bookkeeping/get-journal-entry.ts";
import {
  type JournalPage,
  listJournalEntries,
  type ListedJournalEntry,
} from "../../../src/bookkeeping/list-journal-entries.ts";
import { operator } from "../../registered-user.ts";
import { chainAll, tamper } from "../../world/assurance.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";

let world: MoneyWorld;
let viewer: WorldContext;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  viewer = await operator(world.ctx, world.superuser, "viewer");
  customer = await world.customer();
  const other = await world.customer();
  for (let round = 0; round < 3; round++) {
    await world.fund(customer, 20_000n);
    await world.fund(other, 20_000n);
    await world.withdraw(customer, 5_000n);
    await world.settle();
    await world.advance(60_000);
  }
});
afterAll(() => world.close());

async function all(filter: Omit<JournalPage, "limit" | "cursor">, limit = 4) {
  const entries: ListedJournalEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await listJournalEntries(viewer, { ...filter, cursor, limit });
    entries.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return entries;
}

/** Ids in the order of the journal, from the tables alone. */
async function idsWhere(condition: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await world.superuser.query<{ id: string }>(
    `SELECT id FROM journal_entries e WHERE ${condition} ORDER BY posted_at DESC, id DESC`,
    values,
  );
  return rows.map(({ id }) => id);
}

const ids = (entries: ListedJournalEntry[]) => entries.map(({ id }) => id);

describe("C10 the journal, page by page, without gap or repeat", () => {
  test("everything, with balanced postings", async () => {
    const entries = await all({});
    expect(ids(entries)).toEqual(await idsWhere("true"));
    expect(entries.length).toBeGreaterThan(8);
    for (const { postings } of entries) {
      const side = (direction: string) =>
        postings
          .filter((posting) => posting.direction === direction)
          .reduce((total, { amountMinor }) => total + amountMinor, 0n);
      expect(side("debit")).toBe(side("credit"));
      expect(side("debit")).toBeGreaterThan(0n);
    }
  });

  test("by event, by account, by transaction, and in a half-open period", async () => {
    const [first] = await all({ event: "withdrawal.reserved" });
    expect(ids(await all({ event: "withdrawal.reserved" }, 2))).toEqual(
      await idsWhere("event = 'withdrawal.reserved'"),
    );
    const accountCode = `user:${customer.userId}:pending:ZAR`;
    expect(ids(await all({ accountCode }, 2))).toEqual(
      await idsWhere(
        "EXISTS (SELECT 1 FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE p.journal_entry_id = e.id AND a.code = $1)",
        [accountCode],
      ),
    );
    const transactionId = first?.transactionId ?? "";
    const ofTransaction = await all({ transactionId }, 1);
    expect(ofTransaction.map(({ event }) => event)).toEqual([
      "withdrawal.completed",
      "withdrawal.reserved",
    ]);
    expect(ofTransaction[0]?.transactionReference).toMatch(/^WDR-/);
    const times = (await all({})).map(({ postedAt }) => postedAt);
    const [from, to] = [times.at(-3) as Date, times[2] as Date];
    expect(ids(await all({ from, to }))).toEqual(
      await idsWhere("posted_at >= $1 AND posted_at < $2", [from, to]),
    );
    expect(ids(await all({ from, to, event: "deposit.completed" }))).toEqual(
      await idsWhere("posted_at >= $1 AND posted_at < $2 AND event = 'deposit.completed'", [
        from,
        to,
      ]),
    );
    expect(await all({ accountCode: "house:nothing:ZAR" })).toEqual([]);
  });

  test("by two of them at once is refused with what to do", async () => {
    const both = { event: "deposit.completed", transactionId: randomUUID(), limit: 5 };
    await expect(listJournalEntries(viewer, both)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining("one of them at a time") as string,
    });
  });
});

describe("one entry", () => {
  test("with its postings, its transaction and its link in the chain; a change of it shows", async () => {
    const [newest] = await all({ event: "withdrawal.completed" });
    const journalEntryId = newest?.id ?? "";
    const before = await getJournalEntry(viewer, { journalEntryId });
    expect(before).toMatchObject({ ...newest, link: null, approvalId: null, breakId: null });
    await chainAll(world);
    const { link } = await getJournalEntry(viewer, { journalEntryId });
    expect(link).toMatchObject({ isIntact: true });
    expect(link?.chainHash).toMatch(/^[0-9a-f]{64}$/);
    await tamper(
      world,
      `UPDATE postings SET amount_minor = amount_minor + 1 WHERE journal_entry_id = '${journalEntryId}'`,
    );
    const after = await getJournalEntry(viewer, { journalEntryId });
    expect(after.link).toEqual({ ...link, isIntact: false });
    await tamper(
      world,
      `UPDATE postings SET amount_minor = amount_minor - 1 WHERE journal_entry_id = '${journalEntryId}'`,
    );
  });

  test("that is not there", async () => {
    await expect(getJournalEntry(viewer, { journalEntryId: randomUUID() })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

test("users and suspended operators read nothing", async () => {
  const [entry] = await all({});
  const suspended = await operator(world.ctx, world.superuser, "administrator");
  await world.superuser.query("UPDATE operators SET status = 'suspended' WHERE id = $1", [
    suspended.actor.id,
  ]);
  for (const ctx of [suspended, customer.as]) {
    const forbidden = { code: "FORBIDDEN" };
    await expect(listJournalEntries(ctx, { limit: 1 })).rejects.toMatchObject(forbidden);
    await expect(getJournalEntry(ctx, { journalEntryId: entry?.id ?? "" })).rejects.toMatchObject(
      forbidden,
    );
  }
});
