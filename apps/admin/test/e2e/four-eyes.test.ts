import { randomUUID } from "node:crypto";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "./support/expect-accessible.ts";
import { type Console, openConsole, type SignedIn } from "./support/open-console.ts";
import { stack } from "./support/stack.ts";
import { addVirtualAuthenticator } from "./support/virtual-authenticator.ts";

let console: Console;
beforeAll(async () => {
  console = await openConsole(stack);
});
afterAll(() => console[Symbol.asyncDispose]());

/** A passkey that confirms what matters. */
async function addPasskey(page: Page): Promise<void> {
  await addVirtualAuthenticator(page);
  await page.goto("/account");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("I have kept them").check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: /^Remove Passkey of/ }).waitFor();
}

async function newBreak(name: string, patch: { subject?: string; evidence?: object } = {}) {
  const id = randomUUID();
  await console.database.query(
    `INSERT INTO breaks (id, class, severity, subject, amount_minor, currency, evidence, opened_by, opened_at, last_seen_at, state)
     VALUES ($1, $2, 'critical', $3, 5000, 'ZAR', $4, 'reconciliation', now(), now(), 'open')`,
    [id, name, patch.subject ?? `purchase:${id}`, JSON.stringify(patch.evidence ?? {})],
  );
  return id;
}

async function resolutionOf(breakId: string): Promise<string | null> {
  const { rows } = await console.database.query<{ resolution: string | null }>(
    "SELECT resolution FROM breaks WHERE id = $1",
    [breakId],
  );
  return rows[0]?.resolution ?? null;
}

/** Calls the API as the page would, whatever its buttons say. */
const callDirectly = ({ page }: SignedIn, procedure: string, input: object) =>
  page.evaluate(
    async ([path, json]) => {
      const answer = await fetch(`/api/trpc/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ json: JSON.parse(json) }),
      });
      return answer.text();
    },
    [procedure, JSON.stringify(input)] as const,
  );

async function decide(page: Page, button: "Approve" | "Refuse"): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: `${button} it` });
  await dialog.getByLabel("Reason").fill("Checked against the bank's letter");
  await dialog.getByRole("button", { name: button, exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
}

describe("C102 two operators", () => {
  test("one proposes a correction and cannot approve it; another does, and it leaves the first one's queue by itself", async () => {
    const breakId = await newBreak("missing_in_ledger");
    const maker = await console.signIn("administrator");
    const { page } = maker;
    await page.goto("/reconciliation?class=missing_in_ledger");
    await page.locator(`a[href="/reconciliation/breaks/${breakId}"]`).waitFor();
    const proposing = await console.signInAgain(maker.operator);
    await proposing.page.goto(`/reconciliation/breaks/${breakId}`);
    await proposing.page.getByRole("button", { name: "Propose a correction" }).click();
    const dialog = proposing.page.getByRole("dialog");
    // Not the float: its books are compared with Revio's by other tests.
    await dialog.getByLabel("Debit").fill("house:provider_fees:ZAR");
    await dialog.getByLabel("Reason").fill("Nobody's payment: Revio confirmed it");
    await dialog.getByRole("button", { name: "Propose" }).click();
    await proposing.page.getByRole("link", { name: "look at it" }).click();
    await proposing.page.getByRole("table", { name: "Effect of an approval" }).waitFor();
    const approvalId = proposing.page.url().split("/").at(-1) ?? "";

    expect(
      await proposing.page.getByRole("button", { name: "Approve", exact: true }).isDisabled(),
    ).toBe(true);
    await proposing.page.getByText("You asked for it").waitFor();
    const direct = { approvalId, decision: "approved", reason: "my own" };
    expect(await callDirectly(proposing, "adjustment.decide", direct)).toMatch(
      /STEP_UP_REQUIRED|FORBIDDEN/,
    );

    const checker = await console.signIn("administrator");
    await addPasskey(checker.page);
    await checker.page.goto("/approvals");
    await checker.page.locator(`a[href="/approvals/${approvalId}"]`).click();
    await expectAccessible(checker.page);
    await decide(checker.page, "Approve");
    await checker.page.getByText("Approved", { exact: true }).first().waitFor();

    expect(await resolutionOf(breakId)).toBe("adjustment");
    const { rows } = await console.database.query<{ sum: string; count: number }>(
      `SELECT sum(CASE direction WHEN 'debit' THEN p.amount_minor ELSE -p.amount_minor END) AS sum, count(*)::int AS count
       FROM journal_entries e JOIN postings p ON p.journal_entry_id = e.id WHERE e.entry_key = 'adjustment.approved:' || $1`,
      [approvalId],
    );
    expect(rows[0]).toEqual({ sum: "0", count: 2 });
    const audit = await console.database.query<{ action: string; actor: string }>(
      "SELECT action, actor_id AS actor FROM audit_events WHERE subject_id = $1 ORDER BY sequence",
      [approvalId],
    );
    expect(audit.rows).toEqual([
      { action: "adjustment.requested", actor: maker.operator.id },
      { action: "adjustment.approved", actor: checker.operator.id },
    ]);
    // Without a reload: the list looks again by itself.
    await page
      .locator(`a[href="/reconciliation/breaks/${breakId}"]`)
      .waitFor({ state: "detached", timeout: 40_000 });
    expect([...maker.defects, ...checker.defects, ...proposing.defects]).toEqual([]);
  });

  test("C62 another role is asked for by one administrator and approved by another; the operator's sessions end", async () => {
    const maker = await console.signIn("administrator");
    const subject = await console.signIn("viewer");
    await maker.page.goto(`/operators/${subject.operator.id}`);
    await maker.page.getByRole("button", { name: "Change the role" }).click();
    const dialog = maker.page.getByRole("dialog");
    await dialog.getByLabel("New role").selectOption("support");
    await dialog.getByLabel("Reason").fill("She joins the support team");
    await dialog.getByRole("button", { name: "Ask for it" }).click();
    await maker.page.getByRole("link", { name: "look at it" }).click();
    await maker.page.getByRole("table", { name: "What changes" }).waitFor();
    const approvalUrl = maker.page.url();

    const checker = await console.signIn("administrator");
    await addPasskey(checker.page);
    await checker.page.goto(approvalUrl);
    await decide(checker.page, "Approve");
    await checker.page.getByText("Approved", { exact: true }).first().waitFor();
    const { rows } = await console.database.query<{ role: string }>(
      "SELECT role FROM operators WHERE id = $1",
      [subject.operator.id],
    );
    expect(rows).toEqual([{ role: "support" }]);
    await subject.page.goto("/approvals");
    await subject.page.waitForURL("**/sign-in");
  });

  test("C41 another limit is asked for in the settings, and is in force only once it is approved", async () => {
    const maker = await console.signIn("administrator");
    await maker.page.goto("/settings");
    await maker.page.getByRole("button", { name: /^Change: Limits of a deposit/ }).click();
    const dialog = maker.page.getByRole("dialog");
    await dialog.getByLabel("Smallest amount").fill("12,50");
    await dialog.getByLabel("Reason").fill("Cards cost more than that");
    await dialog.getByRole("button", { name: "Ask for it" }).click();
    await maker.page.getByText("A change waits for a decision").waitFor();
    const least = async () =>
      (
        await console.database.query<{ least: string }>(
          "SELECT min_amount_minor::text AS least FROM transaction_limits WHERE kind = 'deposit'",
        )
      ).rows[0]?.least;
    expect(await least()).toBe("1000");
    const checker = await console.signIn("administrator");
    await addPasskey(checker.page);
    await checker.page.goto("/approvals?kind=setting_change");
    await checker.page.locator('a[href^="/approvals/"]').first().click();
    await checker.page.getByText("Smallest amount").waitFor();
    await decide(checker.page, "Refuse");
    await checker.page.getByText("Rejected", { exact: true }).first().waitFor();
    expect(await least()).toBe("1000");
  });
});

describe("the workbench", () => {
  test("both sides are chosen, the difference is pinned, and at zero they are linked", async () => {
    const theirs = await newBreak("missing_in_ledger");
    const ours = await newBreak("missing_at_provider", {
      subject: `journal_entry:${randomUUID()}`,
      evidence: { event: "deposit.completed" },
    });
    const { page, defects } = await console.signIn("reconciliation_maker");
    await page.goto("/reconciliation");
    await page.getByLabel(`Select ${theirs}`).check();
    const chosen = page.getByRole("region", { name: "Chosen breaks" });
    expect(await chosen.getByRole("button", { name: "Link" }).isDisabled()).toBe(true);
    await page.getByLabel(`Select ${ours}`).check();
    await chosen.getByRole("button", { name: "Link" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("The same payment, another id");
    await page.getByRole("dialog").getByRole("button", { name: "Link" }).click();
    await page.getByText("Linked", { exact: true }).waitFor();
    expect([await resolutionOf(theirs), await resolutionOf(ours)]).toEqual(["linked", "linked"]);
    expect(defects).toEqual([]);
  });

  test("C104 who comes second is told who was first", async () => {
    const breakId = await newBreak("fee_mismatch");
    const first = await console.signIn("reconciliation_maker");
    const second = await console.signIn("reconciliation_checker");
    for (const { page } of [second, first]) {
      await page.goto(`/reconciliation/breaks/${breakId}`);
      await page.getByRole("button", { name: "Take care of it" }).click();
    }
    await first.page.getByRole("dialog").getByRole("button", { name: "Take it" }).click();
    await first.page.getByText("It is yours").waitFor();
    await second.page.getByRole("dialog").getByRole("button", { name: "Take it" }).click();
    await second.page.getByText(/Changed by Test Operator at/).waitFor();
  });
});

describe("every page", () => {
  const paths = [
    "/approvals",
    "/approvals?view=all",
    "/operators",
    "/operators/roles",
    "/settings",
    "/reconciliation",
    "/reconciliation/suspense",
    "/reconciliation/runs",
    "/reconciliation/day-closes",
  ];
  test.each(["light", "dark"] as const)(
    "C80 is accessible, and nothing breaks unseen: %s",
    async (theme) => {
      const { page, defects } = await console.signIn("administrator", { theme });
      const breakId = await newBreak("amount_mismatch", {
        evidence: { expected: "1", found: "2" },
      });
      const { operator } = await console.signIn("viewer");
      const about = [`/reconciliation/breaks/${breakId}`, `/operators/${operator.id}`];
      for (const path of [...paths, ...about]) {
        await page.goto(path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
        await expectAccessible(page);
        expect([path, ...defects]).toEqual([path]);
      }
    },
  );

  test("C14 a list in its states: failed with its request id, nothing that matches, nothing there", async () => {
    const { page } = await console.signIn("viewer");
    await page.goto("/approvals?state=withdrawn&kind=payout_resolution&view=own");
    await page.getByText("Nothing matches these filters").waitFor();
    await page.goto("/approvals");
    await page.getByText("Nothing waits for you").waitFor();
    await page.route("**/api/trpc/approval.list**", (route) => route.fulfill({ status: 503 }));
    await page.goto("/approvals?view=all");
    await page.getByText("This could not be loaded").waitFor();
  });

  test("a viewer is offered nothing that the API would refuse", async () => {
    const breakId = await newBreak("amount_mismatch");
    const { page } = await console.signIn("viewer");
    await page.goto(`/reconciliation/breaks/${breakId}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.getByRole("button", { name: /Propose|Take care/ }).count()).toBe(0);
    await page.goto("/settings");
    await page.getByText("Smallest amount").first().waitFor();
    expect(await page.getByRole("button", { name: /^Change/ }).count()).toBe(0);
  });
});
