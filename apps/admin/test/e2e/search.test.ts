import { newPerson, payIn, type Person } from "@revio-wallet/api/testing/e2e/support/people";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "./support/expect-accessible.ts";
import { type Console, openConsole, type Theme } from "./support/open-console.ts";
import { stack } from "./support/stack.ts";

let console: Console;
let person: Person;
let deposit: { id: string; reference: string };
beforeAll(async () => {
  console = await openConsole(stack);
  person = await newPerson();
  deposit = await payIn(person, 76_543n);
});
afterAll(() => console[Symbol.asyncDispose]());

const field = (page: Page) => page.getByRole("combobox", { name: "Search" });

/** Types into the palette and chooses the first thing, once the search has ended. */
async function find(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await field(page).fill(text);
  await page
    .getByRole("dialog")
    .getByRole("status")
    .getByText(/result/)
    .waitFor();
  await page.keyboard.press("Enter");
}

describe("C01 C04 the palette, by keyboard alone", () => {
  test("any id leads to its page, without choosing a type", async () => {
    const { page, defects, context } = await console.signIn("viewer");
    await page.goto("/account");
    const { rows } = await console.database.query<{ entry: string; key: string }>(
      `SELECT (SELECT id FROM journal_entries WHERE transaction_id = $1) AS entry,
              (SELECT key FROM idempotency_keys WHERE transaction_id = $1) AS key`,
      [deposit.id],
    );
    const [ids] = rows;
    for (const [text, path] of [
      [person.userId, `/users/${person.userId}`],
      [person.email, `/users/${person.userId}`],
      [ids?.entry ?? "", `/ledger/entries/${ids?.entry}`],
      ["house:suspense:ZAR", "/ledger/accounts/house%3Asuspense%3AZAR"],
      [deposit.id, `/transactions/${deposit.id}`],
      [deposit.reference.toLowerCase(), `/transactions/${deposit.id}`],
      [ids?.key ?? "", `/transactions/${deposit.id}`],
      ["765,43", `/transactions/${deposit.id}`],
    ] as const) {
      await find(page, text);
      await page.waitForURL(`**${path}`);
      await page.goto("/account");
    }
    expect(defects).toEqual([]);
    await context.close();
  });

  test("the arrows move, Escape closes, and the focus goes back to where it was", async () => {
    const { page, context } = await console.signIn("viewer");
    await page.goto("/users");
    const from = page.getByLabel("E-mail, as a whole");
    await from.focus();
    await page.keyboard.press("Control+k");
    await field(page).waitFor();
    const options = page.getByRole("option");
    expect(await options.nth(0).getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("ArrowDown");
    expect(await options.nth(1).getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    expect(await options.last().getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("Escape");
    await field(page).waitFor({ state: "detached" });
    await expect.poll(() => from.evaluate((node) => node === document.activeElement)).toBe(true);
    await context.close();
  });

  test("a place by a part of its name; nothing found says what can be", async () => {
    const { page, context } = await console.signIn("viewer");
    await page.goto("/account");
    await find(page, "trial");
    await page.waitForURL("**/ledger/trial-balance");
    await page.keyboard.press("Control+k");
    await field(page).fill("no such thing anywhere");
    await page.getByText("Nothing is called that.").waitFor();
    await page.getByRole("status").getByText("0 results").waitFor();
    await context.close();
  });

  test("C03 a key is completed and leads to the list; an id in the clipboard is offered", async () => {
    const { page, context } = await console.signIn("viewer");
    await page.goto("/account");
    await page.evaluate((id) => navigator.clipboard.writeText(id), person.userId);
    await page.keyboard.press("Control+k");
    await page.getByRole("group", { name: "In the clipboard" }).waitFor();
    await page.keyboard.press("Enter");
    expect(await field(page).inputValue()).toBe(person.userId);
    await field(page).fill("user");
    const filters = page.getByRole("group", { name: "Filters" });
    await filters.getByRole("option", { name: /^user:/ }).click();
    await expect.poll(() => field(page).inputValue()).toBe("user:");
    await page.getByRole("option", { name: "Users: Frozen" }).click();
    await page.waitForURL("**/users?money=frozen");
    await context.close();
  });

  test("what the role may do to the open record, through its own dialog", async () => {
    const { page, context } = await console.signIn("support");
    await page.goto(`/users/${person.userId}`);
    await page.getByRole("button", { name: "Suspend" }).waitFor();
    await find(page, "suspend");
    await page.getByRole("dialog").getByText("signed out everywhere at once").waitFor();
    await page.keyboard.press("Escape");
    const viewer = await console.signIn("viewer");
    await viewer.page.goto(`/users/${person.userId}`);
    await viewer.page.getByRole("heading", { name: "N••• D•••" }).waitFor();
    await viewer.page.keyboard.press("Control+k");
    expect(await viewer.page.getByRole("group", { name: "On this page" }).count()).toBe(0);
    await viewer.context.close();
    await context.close();
  });
});

test.each(["light", "dark"] as Theme[])("C80 the palette is accessible, %s", async (theme) => {
  const { page, defects, context } = await console.signIn("administrator", { theme });
  await page.goto("/account");
  await page.keyboard.press("Control+k");
  await field(page).waitFor();
  await expectAccessible(page);
  await field(page).fill(person.userId);
  await page.getByRole("group", { name: "Users" }).waitFor();
  await expectAccessible(page);
  expect(defects).toEqual([]);
  await context.close();
});
