/**
 * Takes pictures of pages, in both themes, from a stack of its own with a story's worth of data:
 *
 *   pnpm look [--role administrator] [--width 1280] /users /reconciliation …
 *
 * They are written to test-output/look.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { playStory } from "@revio-wallet/dev/story";
import { startStack } from "@revio-wallet/dev/stack";
import { openConsole, type Theme } from "./e2e/support/open-console.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    role: { type: "string", default: "administrator" },
    width: { type: "string", default: "1280" },
  },
});
const folder = join(import.meta.dirname, "../../../test-output/look");
await mkdir(folder, { recursive: true });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const stack = await startStack({
  log: say,
  ports: { api: 0, console: 0, sandbox: 0, postgres: 0 },
  timeScale: 60,
});
try {
  await playStory(stack, () => undefined);
  await using console = await openConsole(stack);
  for (const theme of ["light", "dark"] as Theme[]) {
    const { page, defects } = await console.signIn(values.role, { theme });
    await page.setViewportSize({ width: Number(values.width), height: 800 });
    for (const path of positionals) {
      await page.goto(path);
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      // Charts draw themselves, and fonts arrive.
      await page.waitForTimeout(700);
      const name = `${path === "/" ? "home" : path.slice(1).replaceAll(/\W+/g, "-")}-${theme}.png`;
      await page.screenshot({ path: join(folder, name), fullPage: true });
      say(`test-output/look/${name}`);
    }
    for (const defect of defects) say(`! ${defect}`);
  }
} finally {
  await stack.stop();
}
