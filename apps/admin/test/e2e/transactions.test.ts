import { readFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { playStory } from "@revio-wallet/dev/story";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "./support/expect-accessible.ts";
import { type Console, openConsole } from "./support/open-console.ts";
import { stack } from "./support/stack.ts";

let console: Console;
beforeAll(async () => {
  await playStory(stack, () => undefined);
  console = await openConsole(stack);
});
afterAll(() => console[Symbol.asyncDispose]());

const rows = (page: Page) =>
  page.getByRole("table", { name: "Transactions" }).locator("[data-row]");

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
}

async function anyTransaction(kind: string): Promise<{ id: string; reference: string }> {
  const { rows: found } = await console.database.query<{ id: string; reference: string }>(
    "SELECT id, reference FROM transactions WHERE kind = $1 AND status = 'completed' ORDER BY created_at DESC LIMIT 1",
    [kind],
  );
  const [first] = found;
  if (first === undefined) throw new Error(`the story has a completed ${kind}`);
  return first;
}

describe("the list of transactions", () => {
  test("C05 filters stand in the address: a colleague who opens it sees the same rows", async () => {
    const { page, context, defects } = await console.signIn("operator");
    await open(page, "/transactions");
    await page.getByRole("button", { name: /^Kind/ }).click();
    await page.getByRole("checkbox", { name: "Withdrawal" }).check();
    await page.keyboard.press("Escape");
    await page.getByLabel("From amount").fill("1,00");
    await page.getByLabel("From amount").press("Enter");
    await page.waitForURL(/kind=withdrawal.*min=1|min=1.*kind=withdrawal/);
    await page.getByRole("button", { name: "Clear 2 filters" }).waitFor();
    await page.getByRole("link", { name: /^DEP-/ }).first().waitFor({ state: "detached" });
    const seen = await rows(page).allInnerTexts();
    const colleague = await console.signIn("viewer");
    await open(colleague.page, page.url().replace(console.url, ""));
    await rows(colleague.page).first().waitFor();
    const theirs = await rows(colleague.page).allInnerTexts();
    expect(theirs.map((row) => row.split("\t")[0])).toEqual(
      seen.map((row) => row.split("\t").find((cell) => cell.trim().startsWith("WDR-"))),
    );
    expect(defects).toEqual([]);
    await context.close();
    await colleague.context.close();
  });

  test("C12 a row is a link, by the keyboard too; C91 j and Enter", async () => {
    const { page, context } = await console.signIn("viewer");
    await open(page, "/transactions");
    await rows(page).first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/transactions\/[0-9a-f-]{36}/);
    await page.getByRole("list", { name: "Timeline" }).waitFor();
    await context.close();
  });

  test("C14 on its way, nothing that matches, what cannot be read, a failure, and nothing yet are told apart", async () => {
    const { page, context } = await console.signIn("viewer");
    await open(page, "/transactions?failure=nothing_like_it");
    await page.getByText("Nothing matches these filters").waitFor();
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await rows(page).first().waitFor();
    await open(page, "/transactions?min=abc");
    await page.getByText("Write amounts as 1 250,00.").waitFor();

    const calls = /\/api\/trpc\/[\w.,]*transaction\.list/;
    await page.route(calls, (route) => route.fulfill({ status: 503, body: "null" }));
    await open(page, "/transactions?kind=refund");
    await page.getByText("This could not be loaded").waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await page.unroute(calls);

    // The same answer, but of an empty wallet, and slowly.
    await page.route(calls, async (route) => {
      const names = new URL(route.request().url()).pathname.split("/").at(-1)?.split(",") ?? [];
      const response = await route.fetch();
      const answers = (await response.json()) as { result: { data: unknown } }[];
      const ours = answers[names.indexOf("transaction.list")];
      if (ours !== undefined) ours.result.data = { json: { items: [], nextCursor: null } };
      await page.getByRole("status", { name: "Loading" }).waitFor();
      await route.fulfill({ response, json: answers });
    });
    await page.goto("/transactions");
    await page.getByText("No transactions yet").waitFor();
    await context.close();
  });

  test("C06 a view is saved, shared, found by others, and deleted by its owner alone", async () => {
    const { page, context } = await console.signIn("operator");
    const name = `Large ones ${randomUUID().slice(0, 8)}`;
    await open(page, `/transactions?min=${Math.ceil(Math.random() * 1e6)},00`);
    await page.getByRole("button", { name: "Save this view" }).click();
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("All operators see it").check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const views = page.getByRole("navigation", { name: "Saved views" });
    await views.getByRole("link", { name }).waitFor();
    const other = await console.signIn("viewer");
    await open(other.page, "/transactions");
    await other.page.getByRole("link", { name }).click();
    await other.page.waitForURL(/min=/);
    expect(await other.page.getByRole("button", { name: `Delete the view ${name}` }).count()).toBe(
      0,
    );
    await views.getByRole("button", { name: `Delete the view ${name}` }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await views.getByRole("link", { name }).waitFor({ state: "detached" });
    await context.close();
    await other.context.close();
  });

  test("C13 a note on all that are selected: previewed, written, told row by row", async () => {
    const { page, context } = await console.signIn("support");
    await open(page, "/transactions?kind=deposit&status=completed");
    await rows(page).first().waitFor();
    await page.getByRole("checkbox", { name: "Select all rows of this page" }).check();
    await page.getByRole("button", { name: "Note", exact: true }).click();
    await page.getByText(/in all/).waitFor();
    const note = `Checked with the shop ${randomUUID()}`;
    await page.getByRole("textbox", { name: "Note" }).fill(note);
    await page.getByRole("button", { name: /^Write/ }).click();
    await page.getByText(/(\d+) of \1 done/).waitFor();
    const { rows: written } = await console.database.query(
      "SELECT FROM transaction_notes WHERE note = $1",
      [note],
    );
    expect(written.length).toBeGreaterThan(0);
    await context.close();
  });

  test("C16 what is shown is taken as a file", async () => {
    const { page, context } = await console.signIn("support");
    const { reference } = await anyTransaction("withdrawal");
    await open(page, `/transactions?reference=${reference}`);
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Take the file" }).click();
    const file = await readFile(await (await download).path(), "utf8");
    expect(file.split("\r\n")[0]).toMatch(/^\u{FEFF}id,reference,kind,status,amount/u);
    expect(file.split("\r\n")[1]).toContain(reference);
    await context.close();
  });
});

describe("the page of a transaction", () => {
  test("C20 C21 C23 head, timeline and double entry; a note appears in it", async () => {
    const { page, context, defects } = await console.signIn("support");
    const { id, reference } = await anyTransaction("withdrawal");
    await open(page, `/transactions/${id}`);
    await page.getByRole("heading", { level: 1 }).getByText("Completed").waitFor();
    await page.getByRole("button", { name: `Copy reference ${reference}` }).waitFor();
    const timeline = page.getByRole("list", { name: "Timeline" });
    await timeline.getByText("Withdrawal completed").waitFor();
    await timeline.getByText("Amount and fee reserved").waitFor();
    await page.getByRole("button", { name: "Add note" }).click();
    const note = `Called the user ${randomUUID()}`;
    await page.getByRole("textbox", { name: "Note" }).fill(note);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await timeline.getByText(note).waitFor();
    await page.getByRole("button", { name: "Note", exact: true }).click();
    await timeline.getByText("Withdrawal completed").waitFor({ state: "detached" });
    await page.waitForURL(/kinds=note/);
    await page.getByRole("tab", { name: "Double entry" }).click();
    await page.getByText("Balanced").first().waitFor();
    await page
      .getByRole("row", { name: /^Total ZAR/ })
      .first()
      .waitFor();
    expect(defects).toEqual([]);
    await context.close();
  });

  test("what there is not says so", async () => {
    const { page, context } = await console.signIn("viewer");
    await open(page, `/transactions/${randomUUID()}`);
    await page.getByText("There is no such transaction.").waitFor();
    await context.close();
  });
});

describe("home", () => {
  test("C50 each number leads to as many rows", async () => {
    const { page, context } = await console.signIn("viewer");
    const { id } = await anyTransaction("deposit");
    const breakId = randomUUID();
    await console.database.query(
      `INSERT INTO breaks (id, class, severity, subject, transaction_id, evidence, opened_by, opened_at, last_seen_at, state)
       VALUES ($1, 'amount_mismatch', 'warning', $2, $3, '{}', 'checker', now() - interval '5 days', now(), 'open')`,
      [breakId, `transaction:${id}`, id],
    );
    try {
      await open(page, "/");
      await page.getByRole("link", { name: /Breaks to look into/ }).waitFor();
      for (const link of await page.locator("a[href^='/transactions?']").all()) {
        const href = await link.getAttribute("href");
        const count = Number(/\d+/.exec(await link.innerText())?.[0]);
        const other = await context.newPage();
        await open(other, href ?? "");
        await rows(other).first().waitFor();
        expect(await rows(other).count()).toBe(Math.min(count, 50));
        await other.close();
      }
    } finally {
      await console.database.query(
        "UPDATE breaks SET state = 'resolved', resolution = 'match', resolved_at = now() WHERE id = $1",
        [breakId],
      );
    }
    await context.close();
  });

  test("C53 the charts have a twin in figures, and a period leads to its rows", async () => {
    const { page, context, defects } = await console.signIn("viewer");
    await open(page, "/");
    await page.getByRole("figure", { name: "Transactions by outcome" }).waitFor();
    await page.getByRole("button", { name: "As a table" }).click();
    const table = page.getByRole("table", { name: "How it has gone" });
    const last = table.getByRole("row").last();
    await last.getByRole("button", { name: /\*$/ }).click();
    await page.waitForURL(/\/transactions\?from=/);
    await rows(page).first().waitFor();
    expect(defects).toEqual([]);
    await context.close();
  });
});

describe.each(["light", "dark"] as const)("C80 in %s", (theme) => {
  test("nothing that a machine can tell keeps anybody out", async () => {
    const { page, context, defects } = await console.signIn("administrator", { theme });
    const { id } = await anyTransaction("withdrawal");
    for (const path of [
      "/",
      "/transactions",
      "/transactions?kind=withdrawal&status=completed",
      `/transactions/${id}`,
      `/transactions/${id}?tab=ledger`,
      `/transactions/${id}?tab=provider`,
    ]) {
      await open(page, path);
      await expectAccessible(page);
    }
    expect(defects).toEqual([]);
    await context.close();
  });
});
