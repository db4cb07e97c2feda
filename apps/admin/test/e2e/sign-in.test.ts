import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Client } from "pg";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "./support/expect-accessible.ts";
import { type Console, defectsOf, openConsole } from "./support/open-console.ts";
import { stack } from "./support/stack.ts";
import { addVirtualAuthenticator } from "./support/virtual-authenticator.ts";

let console: Console;
beforeAll(async () => {
  console = await openConsole(stack);
});
afterAll(() => console[Symbol.asyncDispose]());

const password = "plenty of quiet giraffes";

/** An invitation as `invite.create` leaves it; its token is what the link ends with. */
async function invite(role: string): Promise<{ email: string; link: string }> {
  const { operator } = await console.signIn("administrator");
  const token = randomBytes(32).toString("base64url");
  const email = `${randomUUID()}@staff.example`;
  // As if another administrator had approved it: triggers ask for that, and their own tests show it.
  const url = new URL(stack.databaseUrls.superuser);
  url.pathname = new URL(stack.databaseUrls.owner).pathname;
  const superuser = new Client({ connectionString: url.href });
  await superuser.connect();
  await superuser.query("SET session_replication_role = replica");
  await superuser.query(
    `INSERT INTO operator_invites (id, email, display_name, role, token_hash, invited_by, invited_at, expires_at)
     VALUES ($1, $2, 'Lindiwe Dlamini', $3, $4, $5, now(), now() + interval '1 day')`,
    [randomUUID(), email, role, createHash("sha256").update(token).digest(), operator.id],
  );
  await superuser.end();
  return { email, link: `/invite#${token}` };
}

async function givePassword(page: Page, email: string, given = password): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(given);
  await page.getByRole("button", { name: "Continue" }).click();
}

async function acceptInvite(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("heading", { name: "Welcome, Lindiwe Dlamini" }).waitFor();
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByRole("heading", { name: "Protect your account" }).waitFor();
}

async function keepRecoveryCodes(page: Page): Promise<string[]> {
  await page.getByRole("heading", { name: "Keep these recovery codes" }).waitFor();
  const codes = await page.getByRole("listitem").allInnerTexts();
  await page.getByLabel("I have kept them").check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  return codes;
}

describe("an invited administrator", () => {
  test("S08 sets a password, needs a passkey, keeps recovery codes, and signs in with them later", async () => {
    const { email, link } = await invite("administrator");
    const context = await console.newContext();
    const page = await context.newPage();
    const defects = defectsOf(page);
    await addVirtualAuthenticator(page);

    await acceptInvite(page, link);
    await expectAccessible(page);
    expect(await page.getByRole("button", { name: "Use an authenticator app" }).count()).toBe(0);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    const codes = await keepRecoveryCodes(page);
    expect(codes.length).toBeGreaterThanOrEqual(8);

    await page.getByRole("button", { name: "Signed in as Lindiwe Dlamini" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();

    await givePassword(page, email);
    await page.getByRole("button", { name: "Use passkey" }).click();
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    expect(defects).toEqual([]);
    await context.close();
  });

  test("a link that was used, or is made up, says so", async () => {
    const { link } = await invite("viewer");
    const context = await console.newContext();
    const page = await context.newPage();
    await acceptInvite(page, link);
    const other = await context.newPage();
    for (const tried of [link, `/invite#${randomBytes(32).toString("base64url")}`]) {
      await other.goto("about:blank");
      await other.goto(tried);
      await other.getByRole("alert").filter({ hasText: "could not be loaded" }).waitFor();
    }
    await context.close();
  });
});

describe("the password alone", () => {
  test("a wrong one, or an unknown address, is refused in the same words", async () => {
    const { email } = await invite("viewer");
    const context = await console.newContext();
    const page = await context.newPage();
    const refusals: string[] = [];
    for (const tried of [email, `${randomUUID()}@staff.example`]) {
      await givePassword(page, tried, "not the password");
      const alert = page.getByRole("alert").filter({ hasText: /\w/ });
      refusals.push(await alert.first().innerText());
    }
    expect(refusals[0]).toBe(refusals[1]);
    await expectAccessible(page);
    await context.close();
  });

  test("S82 opens no page and no procedure", async () => {
    const { link } = await invite("operator");
    const context = await console.newContext();
    const page = await context.newPage();
    await acceptInvite(page, link);
    await page.goto("/");
    await page.waitForURL("**/sign-in/factor");
    const answer = await page.evaluate(async () => {
      const response = await fetch("/api/trpc/outgoing.get");
      return (await response.json()) as { error: { json: { data: { appCode: string } } } };
    });
    expect(answer.error.json.data.appCode).toBe("UNAUTHENTICATED");
    await context.close();
  });
});

describe("the session", () => {
  test("S15 the cookie holds nothing that a browser can read, and is worth nothing once the session is ended", async () => {
    const { context, page, operator } = await console.signIn("operator");
    await page.goto("/");
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    const cookie = (await context.cookies()).find(({ name }) => name === "wallet-console");
    expect(cookie).toMatchObject({ httpOnly: true });
    expect(cookie?.value).not.toContain(operator.sessionToken);
    await console.database.query(
      "UPDATE operator_sessions SET ended_at = now(), end_reason = 'revoked' WHERE id = $1",
      [operator.sessionId],
    );
    // It may have heard by itself, and be on its way.
    await page.reload().catch(() => undefined);
    await page.waitForURL("**/sign-in");
    await context.close();
  });
});
