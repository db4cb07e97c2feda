import { randomUUID } from "node:crypto";
import {
  addBankAccount,
  newPerson,
  payIn,
  type Person,
} from "@revio-wallet/api/testing/e2e/support/people";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "./support/expect-accessible.ts";
import { type Console, openConsole, type Theme } from "./support/open-console.ts";
import { stack } from "./support/stack.ts";
import { addVirtualAuthenticator } from "./support/virtual-authenticator.ts";

let console: Console;
let person: Person;
beforeAll(async () => {
  console = await openConsole(stack);
  person = await newPerson();
  await payIn(person, 125_000n);
  await addBankAccount(person);
});
afterAll(() => console[Symbol.asyncDispose]());

/** What operators did to somebody or something, the last thing last. */
async function auditOf(subjectId: string): Promise<{ action: string; reason: string }[]> {
  const { rows } = await console.database.query<{ action: string; reason: string }>(
    `SELECT action, details ->> 'reason' AS reason FROM audit_events WHERE subject_id = $1 AND actor_kind = 'operator' ORDER BY sequence`,
    [subjectId],
  );
  return rows;
}

const plain = (texts: string[]) => texts.map((text) => text.replaceAll(/\s/g, " "));

const act = async (page: Page, button: string, reason: string): Promise<void> => {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: button, exact: true }).click();
};

describe("C14 the list of users", () => {
  test("on its way, failed, nothing that matches, nothing yet, rows: five different things", async () => {
    const { page, defects, context } = await console.signIn("viewer");
    let answer: "later" | "fail" | "nothing" | "pass" = "later";
    const held: (() => Promise<void>)[] = [];
    await page.route("**/api/trpc/**user.list**", async (route) => {
      if (answer === "later") held.push(() => route.continue());
      else if (answer === "fail") await route.abort();
      else if (answer === "nothing") {
        const data = { json: { items: [], nextCursor: null } };
        await route.fulfill({ json: [{ result: { data } }] });
      } else await route.continue();
    });
    await page.goto("/users");
    await page.getByRole("status", { name: "Loading" }).waitFor();
    answer = "pass";
    for (const release of held) await release();
    await page.getByRole("table", { name: "Users" }).waitFor();

    answer = "fail";
    await page.goto("/users?status=active");
    await page.getByText("This could not be loaded").waitFor();
    answer = "pass";
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("table", { name: "Users" }).waitFor();

    await page.goto("/users?status=closed");
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await page.getByRole("table", { name: "Users" }).waitFor();
    expect(new URL(page.url()).search).toBe("");

    answer = "nothing";
    await page.reload();
    await page.getByText("No users yet").waitFor();
    expect(defects).toEqual([]);
    await context.close();
  });

  test("C05 C12 a whole address finds its user; the row is a link; the address of the page shows a colleague the same", async () => {
    const { page, context } = await console.signIn("viewer");
    await page.goto("/users");
    await page.getByLabel("E-mail, as a whole").fill(person.email);
    await page.getByLabel("E-mail, as a whole").press("Enter");
    const row = page.getByRole("table", { name: "Users" }).getByRole("link");
    await expect.poll(() => row.count()).toBe(1);
    expect(await row.getAttribute("href")).toBe(`/users/${person.userId}`);
    const colleague = await console.signIn("viewer");
    await colleague.page.goto(page.url().replace(console.url, ""));
    await colleague.page.getByRole("link", { name: "N••• D•••" }).click();
    await colleague.page.waitForURL(`**/users/${person.userId}`);
    await colleague.context.close();
    await context.close();
  });
});

describe("C33 personal data", () => {
  test("is masked; shown for a reason, which is on record; hidden again after a minute", async () => {
    const { page, context } = await console.signIn("support");
    await page.clock.install();
    await page.goto(`/users/${person.userId}`);
    await page.getByRole("heading", { name: "N••• D•••" }).waitFor();
    expect(await page.content()).not.toContain(person.email);
    await page.getByRole("button", { name: "Show name, e-mail and telephone number" }).click();
    await act(page, "Show", "They called and could not sign in");
    await page.getByText(person.email, { exact: true }).waitFor();
    expect(await auditOf(person.userId)).toContainEqual({
      action: "user.contact_revealed",
      reason: "They called and could not sign in",
    });
    await page.clock.fastForward(61_000);
    await page.getByText(person.email, { exact: true }).waitFor({ state: "detached" });
    await context.close();
  });

  test("a bank account's number likewise; a viewer has no such button", async () => {
    const path = `/users/${person.userId}?part=bank-accounts`;
    const viewer = await console.signIn("viewer");
    await viewer.page.goto(path);
    await viewer.page.getByText(/^•••• \d{4}$/).waitFor();
    expect(await viewer.page.getByRole("button", { name: /^Show/ }).count()).toBe(0);
    await viewer.context.close();
    const { page, context } = await console.signIn("operator");
    await page.goto(path);
    await page.getByRole("button", { name: /^Show number and holder/ }).click();
    await act(page, "Show", "The bank asks for it");
    await page.getByText("Hidden again in").waitFor();
    await page.getByRole("button", { name: "Hide" }).click();
    await page.getByText("Hidden again in").waitFor({ state: "detached" });
    await context.close();
  });
});

describe("what operators do to a user", () => {
  test("suspend and reactivate: the effect first, a reason, and the page says who and why", async () => {
    const { userId } = await newPerson();
    const { page, defects, context } = await console.signIn("support");
    await page.goto(`/users/${userId}`);
    await page.getByRole("button", { name: "Suspend" }).click();
    await page.getByText("signed out everywhere at once").waitFor();
    await act(page, "Suspend", "Lost telephone");
    await page.getByRole("button", { name: "Reactivate" }).waitFor();
    await page.getByText("“Lost telephone”").waitFor();
    await page.getByText(/^Suspended by/).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Reactivate" }).click();
    await act(page, "Reactivate", "Found it again");
    await page.getByRole("button", { name: "Suspend" }).waitFor();
    expect(await auditOf(userId)).toEqual([
      { action: "user.suspended", reason: "Lost telephone" },
      { action: "user.reactivated", reason: "Found it again" },
    ]);
    expect(defects).toEqual([]);
    await context.close();
  });

  test("freezing shows; support cannot, and has no button", async () => {
    const { userId } = await newPerson();
    const support = await console.signIn("support");
    await support.page.goto(`/users/${userId}`);
    await support.page.getByRole("button", { name: "Suspend" }).waitFor();
    expect(await support.page.getByRole("button", { name: "Freeze" }).count()).toBe(0);
    await support.context.close();
    const { page, context } = await console.signIn("operator");
    await page.goto(`/users/${userId}`);
    await page.getByRole("button", { name: "Freeze outgoing money" }).click();
    await act(page, "Freeze outgoing money", "Chargebacks");
    await page.getByText("Frozen", { exact: true }).first().waitFor();
    await expectAccessible(page);
    await page.goto("/users?money=frozen");
    await page.getByRole("link", { name: "N••• D•••" }).first().waitFor();
    await context.close();
  });

  test("C90 unfreezing lets money go: it takes a fresh passkey for just that", async () => {
    const { userId } = await newPerson();
    await console.database.query(
      "UPDATE users SET outgoing_frozen_at = now(), outgoing_frozen_reason = 'Chargebacks' WHERE id = $1",
      [userId],
    );
    const { page, defects, context } = await console.signIn("reconciliation_checker");
    await addVirtualAuthenticator(page);
    await page.goto("/account");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByLabel("I have kept them").check();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: /^Remove Passkey of/ }).waitFor();
    await page.goto(`/users/${userId}`);
    await page.getByRole("button", { name: "Unfreeze outgoing money" }).click();
    await page.getByText("It was frozen for: Chargebacks.").waitFor();
    await act(page, "Unfreeze outgoing money", "The bank says that it was theirs");
    await page.getByRole("button", { name: "Freeze outgoing money", exact: true }).waitFor();
    expect(await auditOf(userId)).toEqual([
      { action: "user.outgoing_unfrozen", reason: "The bank says that it was theirs" },
    ]);
    const { rows } = await console.database.query(
      "SELECT 1 FROM audit_events WHERE action = 'operator_step_up.granted' AND details ->> 'procedure' = 'user.unfreezeOutgoing'",
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(defects).toEqual([]);
    await context.close();
  });

  test("all sessions are ended; the user is signed out at the next request", async () => {
    const { userId, accessToken } = await newPerson();
    const { page, context } = await console.signIn("support");
    await page.goto(`/users/${userId}?part=sessions`);
    await page.getByText("Open", { exact: true }).waitFor();
    await page.getByRole("button", { name: "End all sessions" }).click();
    await act(page, "End all", "Stolen telephone");
    await page.getByText("Revoked", { exact: true }).waitFor();
    const answer = await fetch(new URL("/trpc/user.me", stack.apiUrl), {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(answer.status).toBe(401);
    await context.close();
  });
});

describe("a user's money", () => {
  test("C24 C70 the statement adds up, and the balance before the deposit was none", async () => {
    const { page, context } = await console.signIn("viewer");
    await page.goto(`/users/${person.userId}?part=statement`);
    const ends = page.getByRole("table", { name: "Opening and closing" });
    const ofAvailable = ends.getByRole("row", { name: /Available/ }).getByRole("cell");
    await expect
      .poll(async () => plain(await ofAvailable.allInnerTexts()))
      .toEqual(["R 0,00", "R 1 250,00", "R 1 250,00"]);
    await page.getByLabel("From day (SAST)").fill("2020-01-01");
    await page.getByLabel("To day (SAST)").fill("2020-01-31");
    await page.getByText("Nothing matches these filters").waitFor();
    expect(new URL(page.url()).search).toContain("from=2020-01-01");
    await page.goto(`/users/${person.userId}?at=2020-01-01T00:00:00.000Z`);
    const available = page.getByRole("row", { name: /Available/ }).getByRole("cell");
    await expect
      .poll(async () => plain(await available.allInnerTexts()))
      .toEqual(["R 1 250,00", "R 0,00"]);
    await context.close();
  });
});

test.each(["light", "dark"] as Theme[])("C80 every part is accessible, %s", async (theme) => {
  const { page, defects, context } = await console.signIn("administrator", { theme });
  const user = `/users/${person.userId}`;
  for (const [path, shown] of [
    ["/users", page.getByRole("table", { name: "Users" })],
    [`/users/${randomUUID()}`, page.getByText("There is no such user.")],
    [user, page.getByRole("heading", { name: "Balances" })],
    [`${user}?part=statement`, page.getByRole("table", { name: /Postings/ })],
    [`${user}?part=bank-accounts`, page.getByText(/^•••• \d{4}$/)],
    [`${user}?part=sessions`, page.getByRole("table", { name: "Sessions" })],
  ] as const) {
    await page.goto(path);
    await shown.waitFor();
    await expectAccessible(page);
  }
  expect(defects).toEqual([]);
  await context.close();
});
