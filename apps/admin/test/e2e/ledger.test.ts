import { randomUUID } from "node:crypto";
import { newPerson, payIn, type Person } from "@revio-wallet/api/testing/e2e/support/people";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "./support/expect-accessible.ts";
import { type Console, openConsole, type Theme } from "./support/open-console.ts";
import { stack } from "./support/stack.ts";

let console: Console;
let person: Person;
let entryId: string;
beforeAll(async () => {
  console = await openConsole(stack);
  person = await newPerson();
  const { id } = await payIn(person, 98_765n);
  const { rows } = await console.database.query<{ id: string }>(
    "SELECT id FROM journal_entries WHERE transaction_id = $1",
    [id],
  );
  entryId = rows[0]?.id ?? "";
});
afterAll(() => console[Symbol.asyncDispose]());

const plain = (texts: string[]) => texts.map((text) => text.replaceAll(/\s+/g, " ").trim());

describe("the journal", () => {
  test("C10 by event and by account, one at a time; from an entry to its account and back to the user", async () => {
    const { page, defects, context } = await console.signIn("viewer");
    await page.goto("/ledger");
    await page.getByRole("table", { name: "Accounts of the house" }).waitFor();
    await page.getByLabel("or account").fill(`user:${person.userId}:available:ZAR`);
    await page.getByLabel("or account").press("Enter");
    const entry = page
      .getByRole("table", { name: /Journal entries/ })
      .getByRole("link", { name: "Deposit completed" });
    await expect.poll(() => entry.count()).toBe(1);
    expect(await entry.getAttribute("href")).toBe(`/ledger/entries/${entryId}`);
    await page.getByLabel("Event").selectOption("deposit.completed");
    await expect.poll(() => new URL(page.url()).search).toBe("?event=deposit.completed");
    await page.goto(`/ledger/entries/${entryId}`);
    await page.getByRole("link", { name: "Available" }).click();
    await page.waitForURL("**/ledger/accounts/**");
    await page.getByRole("link", { name: "User", exact: true }).click();
    await page.waitForURL(`**/users/${person.userId}`);
    expect(defects).toEqual([]);
    await context.close();
  });

  test("C23 C25 an entry: debits and credits that sum to the same, what it is about, and no way to edit it", async () => {
    const { page, context } = await console.signIn("administrator");
    await page.goto(`/ledger/entries/${entryId}`);
    await page.getByText("Balanced", { exact: true }).waitFor();
    const total = page.getByRole("row", { name: /^Total ZAR/ }).getByRole("cell");
    expect(plain(await total.allInnerTexts()).slice(0, 2)).toEqual(["R 987,65", "R 987,65"]);
    await page.getByText(/^DEP-/).waitFor();
    const main = page.getByRole("main");
    expect(await main.getByRole("textbox").count()).toBe(0);
    expect(
      plain(await main.getByRole("button").allInnerTexts()).filter((text) => text !== ""),
    ).toEqual([]);
    await main.getByText("proposes a reversing entry").waitFor();
    await context.close();
  });

  test("an entry is in the hash chain within a minute or so, and is what was chained", async () => {
    const { page, context } = await console.signIn("viewer");
    await page.goto(`/ledger/entries/${entryId}`);
    // The chain comes to it within a minute.
    await expect
      .poll(
        async () => {
          await page.reload();
          await page.getByRole("heading", { name: "Hash chain" }).waitFor();
          return page.getByText("As it was chained").count();
        },
        { timeout: 100_000, interval: 3_000 },
      )
      .toBe(1);
    await context.close();
  });
});

test("C70 the trial balance agrees with itself, and each account of the house leads to its postings", async () => {
  const { page, context } = await console.signIn("viewer");
  await page.goto("/ledger/trial-balance");
  await page.getByText("Debits equal credits").waitFor();
  const total = page.getByRole("row", { name: /^Total/ }).getByRole("cell");
  const [debit, credit] = plain(await total.allInnerTexts());
  expect(debit).toBe(credit);
  expect(debit).not.toBe("R 0,00");
  await page.getByRole("link", { name: "Revio float" }).click();
  await page.getByRole("table", { name: "Postings, the newest first" }).waitFor();
  await page.goto("/ledger/trial-balance?at=2020-01-01T00:00:00.000Z");
  await page.getByText("Summed from the first posting on.").waitFor();
  await context.close();
});

test("what is not there says so", async () => {
  const { page, context } = await console.signIn("viewer");
  for (const path of [`/ledger/entries/${randomUUID()}`, "/ledger/accounts/house:nothing:ZAR"]) {
    await page.goto(path);
    await page.getByText(/There is no such/).waitFor();
  }
  await context.close();
});

test.each(["light", "dark"] as Theme[])("C80 every page is accessible, %s", async (theme) => {
  const { page, defects, context } = await console.signIn("viewer", { theme });
  const account = encodeURIComponent("house:revio_float:ZAR");
  for (const [path, shown] of [
    ["/ledger", page.getByRole("table", { name: /Journal entries/ })],
    [`/ledger/entries/${entryId}`, page.getByRole("table", { name: "Postings" })],
    [`/ledger/accounts/${account}`, page.getByRole("table", { name: /Postings/ })],
    ["/ledger/trial-balance", page.getByText("Debits equal credits")],
  ] as const) {
    await page.goto(path);
    await shown.waitFor();
    await expectAccessible(page);
  }
  expect(defects).toEqual([]);
  await context.close();
});
