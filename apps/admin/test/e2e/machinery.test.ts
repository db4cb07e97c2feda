import { randomUUID } from "node:crypto";
import { playStory } from "@revio-wallet/dev/story";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "./support/expect-accessible.ts";
import { type Console, openConsole, type Theme } from "./support/open-console.ts";
import { stack } from "./support/stack.ts";

let console: Console;
beforeAll(async () => {
  console = await openConsole(stack);
  // A deposit and a withdrawal, from registering to the bank.
  await playStory(stack, () => undefined);
});
afterAll(() => console[Symbol.asyncDispose]());

const reason = "The payer asks where it is";

async function count(rows: string): Promise<number> {
  const answer = await console.database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${rows}`,
  );
  return answer.rows[0]?.count ?? 0;
}

/** Makes jobs dead, as pg-boss leaves them. */
async function die(cause: string, jobs: number): Promise<string[]> {
  const { rows } = await console.database.query<{ id: string }>(
    `INSERT INTO pgboss.job (name, data, source_name, source_id, source_created_on, source_retry_count, source_output)
     SELECT 'provider-call.purge.dead', '{}', 'provider-call.purge', gen_random_uuid(), now(), 3, jsonb_build_object('message', $1::text)
     FROM generate_series(1, $2) RETURNING id`,
    [cause, jobs],
  );
  return rows.map(({ id }) => id);
}

async function record(subjectId: string): Promise<void> {
  await console.database.query(
    `INSERT INTO audit_events (occurred_at, actor_kind, actor_id, action, subject_kind, subject_id, details)
     VALUES (now(), 'system', 'test', 'break.assigned', 'break', $1, '{"fromState": "open", "toState": "resolved", "why": "a test"}')`,
    [subjectId],
  );
}

const rowOf = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });

describe("webhooks", () => {
  test("C30 C33 one is found, inspected, compared with what Revio says now, and its body shown for a reason", async () => {
    const { context, page, defects, operator } = await console.signIn("operator");
    await page.goto("/webhooks");
    await page.getByLabel("Event", { exact: true }).selectOption("purchase.paid");
    await page.waitForURL(/type=purchase.paid/);
    await rowOf(page, "purchase.paid").first().getByRole("link").first().click();
    await page.getByRole("heading", { level: 1, name: /purchase\.paid/ }).waitFor();
    await page.getByText("Valid", { exact: true }).first().waitFor();
    await page.getByText("Test, as this wallet").waitFor();
    await page.getByRole("button", { name: "Ask Revio" }).click();
    await page.getByText("As the webhook said").waitFor();
    await page.getByText("All of it is here, and nothing waits.").waitFor();

    await page.getByRole("button", { name: "Show the body" }).click();
    await page.getByLabel("Reason").fill(reason);
    await page.getByRole("button", { name: "Show for a minute" }).click();
    await page.getByText(/Hidden again in \d+ s/).waitFor();
    expect(await page.getByRole("tabpanel").first().innerText()).toContain('"event_type"');
    await expectAccessible(page);
    expect(
      await count(
        `audit_events WHERE action = 'provider_event.revealed' AND actor_id = '${operator.id}' AND details ->> 'reason' = '${reason}'`,
      ),
    ).toBe(1);
    expect(defects).toEqual([]);
    await context.close();
  });

  test("C13 C32 chosen ones are processed again: told before how many, and after what became of each; the books stay", async () => {
    const { context, page, defects } = await console.signIn("operator");
    await console.database.query(
      "UPDATE provider_events SET received_at = received_at - interval '5 min' WHERE state <> 'received'",
    );
    const entries = await count("journal_entries");
    await page.goto("/webhooks?type=purchase.paid");
    await page
      .getByRole("checkbox", { name: /^Select [0-9a-f]{8}-/ })
      .first()
      .check();
    await page.getByRole("button", { name: "Process 1 again" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("will be processed again").waitFor();
    await dialog.getByLabel("Reason").fill(reason);
    await dialog.getByRole("button", { name: "Process it again" }).click();
    await page.getByRole("dialog", { name: "1 of 1 will be processed again" }).waitFor();
    await page.getByRole("dialog").getByRole("link").first().click();
    await page.getByRole("heading", { name: "Processed again (1)" }).waitFor();
    await expect
      .poll(() => count("provider_event_replays WHERE state = 'ignored'"), { timeout: 20_000 })
      .toBe(1);
    expect(await count("journal_entries")).toBe(entries);
    expect(defects).toEqual([]);
    await context.close();
  });

  test("C34 what was asked of Revio is there, with its outcome", async () => {
    const { context, page } = await console.signIn("viewer");
    await page.goto("/webhooks?show=calls&operation=purchases.create");
    await rowOf(page, "purchases.create").first().getByText("Accepted").waitFor();
    await context.close();
  });

  test("a viewer sees them, and neither bodies nor buttons that would be refused", async () => {
    const { context, page } = await console.signIn("viewer");
    await page.goto("/webhooks");
    await rowOf(page, "purchase").first().getByRole("link").first().click();
    await page.getByText("Your role may not process webhooks again.").waitFor();
    expect(await page.getByRole("button", { name: "Process again" }).isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: "Show the body" }).count()).toBe(0);
    await context.close();
  });

  test("C14 nothing that matches, and an id of nobody's", async () => {
    const { context, page } = await console.signIn("viewer");
    await page.goto(`/webhooks?object=${randomUUID()}`);
    await page.getByText("Nothing matches these filters").waitFor();
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await rowOf(page, "purchase").first().waitFor();
    await page.goto(`/webhooks/${randomUUID()}`);
    await page.getByText("There is no such webhook.").waitFor();
    await context.close();
  });
});

describe("queues", () => {
  test("C51 dead jobs are seen by cause, previewed, and redriven for a reason; a job tells what it died of", async () => {
    const [id = ""] = await die("RevioUnavailable", 3);
    await die("TypeError", 1);
    const { context, page, defects } = await console.signIn("operator");
    await page.goto("/queues");
    await rowOf(page, "provider-call.purge").getByText("Dead letters").waitFor();
    await rowOf(page, "provider-call.purge").getByRole("link").first().click();
    await page.getByRole("heading", { name: "Dead letters by cause (4)" }).waitFor();
    const cause = page.getByRole("listitem").filter({ hasText: "RevioUnavailable" });
    await cause.getByRole("button", { name: "Redrive" }).click();
    await page.getByRole("dialog").getByText("come back now").waitFor();
    await page.getByLabel("Reason").fill("Revio is back");
    await page.getByRole("button", { name: "Redrive 3" }).click();
    await page.getByRole("heading", { name: "Dead letters by cause (1)" }).waitFor();
    expect(await count(`pgboss.job WHERE id = '${id}'`)).toBe(0);
    await page.getByRole("tab", { name: "Dead" }).click();
    await rowOf(page, "TypeError").getByRole("link").first().click();
    await page.getByRole("heading", { name: "The job that died" }).waitFor();
    await page.getByText("TypeError").first().waitFor();
    expect(defects).toEqual([]);
    await context.close();
  });
});

describe("the audit log", () => {
  test("C60 C61 an event is found, shows before and after, and still is what was written", async () => {
    const subject = randomUUID();
    await record(subject);
    const { context, page, defects } = await console.signIn("administrator");
    await page.goto(`/audit?kind=break&subject=${subject}`);
    await rowOf(page, "Break assigned").getByRole("link").first().click();
    await page.getByRole("heading", { name: "Before and after" }).waitFor();
    const row = page.getByRole("row").filter({ hasText: "State" }).last();
    expect(await row.getByRole("cell").allInnerTexts()).toEqual(["open", "resolved"]);
    await page.goto("/audit");
    await page.getByRole("button", { name: /Verify the last/ }).click();
    await page.getByText(/Links .* hold\.|There is no link yet\./).waitFor();
    expect(await count("audit_events WHERE action = 'audit_chain.verified'")).toBe(1);
    expect(defects).toEqual([]);
    await context.close();
  });
});

describe("live updates", () => {
  test("C15 what is new is announced, shifts nothing, and is shown when asked", async () => {
    const { context, page } = await console.signIn("viewer");
    await page.goto("/audit");
    const indicator = page.getByRole("status", { name: "Live updates" });
    await indicator.getByText("Live", { exact: true }).waitFor();
    const first = page.getByRole("table").getByRole("row").nth(1);
    const before = await first.innerText();
    await record(randomUUID());
    const notice = page.getByRole("button", { name: /new — show/ });
    await notice.waitFor();
    expect(await first.innerText()).toBe(before);
    await notice.click();
    await rowOf(page, "Break assigned").first().waitFor();
    await context.close();
  });

  test("C15 a page that hears nothing says since when; one that nobody looks at rests, and goes on without a gap", async () => {
    const { context, page } = await console.signIn("viewer");
    await page.goto("/audit");
    const indicator = page.getByRole("status", { name: "Live updates" });
    await indicator.getByText("Live", { exact: true }).waitFor();
    await setVisibility(page, "hidden");
    await indicator.getByText("Paused").waitFor();
    await record(randomUUID());
    await setVisibility(page, "visible");
    await page.getByRole("button", { name: /new — show/ }).waitFor();
    await indicator.getByText("Live", { exact: true }).waitFor();
    await page.route("**/api/trpc/live.events**", (route) => route.abort());
    await page.reload();
    await indicator.getByText(/Stale since \d\d:\d\d/).waitFor();
    await context.close();
  });
});

async function setVisibility(page: Page, state: "hidden" | "visible"): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, "visibilityState", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}

describe.each(["light", "dark"] as Theme[])("C80 in the %s theme", (theme) => {
  test("every page is accessible, also with long and empty things on it", async () => {
    await die(`An error with a very long name${"Xy".repeat(80)}`, 1);
    const { context, page, defects } = await console.signIn("administrator", { theme });
    const { rows } = await console.database.query<{ id: string; job: string; sequence: string }>(
      `SELECT (SELECT id FROM provider_events LIMIT 1) AS id, (SELECT id FROM pgboss.job WHERE name = 'provider-call.purge.dead' LIMIT 1) AS job,
              (SELECT max(sequence) FROM audit_events) AS sequence`,
    );
    const [row] = rows;
    for (const path of [
      "/webhooks",
      "/webhooks?show=deliveries",
      "/webhooks?show=calls",
      `/webhooks/${row?.id}`,
      "/queues",
      "/queues/provider-call.purge?state=dead",
      `/jobs/${row?.job}`,
      "/audit",
      `/audit/${row?.sequence}`,
    ]) {
      await page.goto(path);
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      await page.getByRole("heading", { level: 1 }).waitFor();
      await expectAccessible(page);
    }
    expect(defects).toEqual([]);
    await context.close();
  });
});
