import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { totpCode } from "@revio-wallet/api/testing/e2e/support/totp-code";
import { expectAccessible } from "./support/expect-accessible.ts";
import { type Console, openConsole } from "./support/open-console.ts";
import { stack } from "./support/stack.ts";
import { addVirtualAuthenticator } from "./support/virtual-authenticator.ts";

let console: Console;
beforeAll(async () => {
  console = await openConsole(stack);
});
afterAll(() => console[Symbol.asyncDispose]());

describe("the operator's own account", () => {
  test("adds a passkey and an authenticator app; both are shown, and the page is accessible in both themes", async () => {
    for (const theme of ["light", "dark"] as const) {
      const { page, defects, context } = await console.signIn("operator", { theme });
      await addVirtualAuthenticator(page);
      await page.goto("/account");
      await page.getByRole("button", { name: "Add a passkey" }).click();
      await page.getByLabel("I have kept them").check();
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByRole("button", { name: /^Remove Passkey of/ }).waitFor();

      await page.getByRole("button", { name: "Set up" }).click();
      const dialog = page.getByRole("dialog");
      const secret = await dialog.locator("code").innerText();
      await dialog.getByLabel("Code that it shows").fill(totpCode(secret));
      await dialog.getByRole("button", { name: "Turn it on" }).click();
      await page.getByText("Authenticator app", { exact: true }).waitFor();
      await expectAccessible(page);
      expect(defects).toEqual([]);
      await context.close();
    }
  });

  test("C64 another session of the same operator is ended from here, at its next request", async () => {
    const first = await console.signIn("operator");
    const other = await console.signInAgain(first.operator);
    await other.page.goto("/account");
    await other.page.getByText("This one").waitFor();
    await first.page.goto("/account");
    await first.page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await first.page.getByText("Signed out there").waitFor();
    await other.page.reload().catch(() => undefined);
    await other.page.waitForURL("**/sign-in");
    await first.page.reload();
    await first.page.getByText("This one").waitFor();
  });
});
