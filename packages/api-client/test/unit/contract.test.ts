import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readContract } from "../../scripts/read-contract.ts";

test("the committed contract is that of the API's router", { timeout: 60_000 }, async () => {
  const committed = await readFile(
    new URL("../../src/generated/contract.ts", import.meta.url),
    "utf8",
  );
  const hint =
    "run `pnpm --filter @revio-wallet/api-client generate:contract` and review the difference";
  expect(readContract(), hint).toBe(committed);
});
