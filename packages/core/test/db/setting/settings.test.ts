import { randomUUID } from "node:crypto";
import { readTransactionLimits } from "@revio-wallet/db/sql/read-transaction-limits";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getSettings } from "../../../src/setting/get-settings.ts";
import {
  requestSettingChange,
  type SettingChange,
} from "../../../src/setting/request-setting-change.ts";
import { code } from "../operator-session/operator-world.ts";
import { type ChangeWorld, openChangeWorld } from "../operator/change-world.ts";

let world: ChangeWorld;
let maker: ChangeWorld["maker"];
let checker: ChangeWorld["maker"];

beforeAll(async () => {
  world = await openChangeWorld();
});
beforeEach(async () => {
  await world.reset();
  ({ maker, checker } = world);
});
afterAll(() => world.close());

type LimitsPatch = Partial<Extract<SettingChange, { setting: "limits" }>>;
const limits = (patch: LimitsPatch): SettingChange => ({
  setting: "limits",
  kind: "withdrawal",
  currency: "ZAR",
  ...patch,
});
const askSetting = (change: SettingChange) =>
  requestSettingChange(maker, {
    change,
    reason: "Fewer to look at.",
    idempotencyKey: randomUUID(),
  });

describe("settings", () => {
  test("C41 another limit holds from its approval on, with versions", async () => {
    const before = await readTransactionLimits(world.db.pool, "withdrawal", "ZAR");
    const wanted = (before?.approvalAboveMinor ?? 0n) + 50_000n;
    const { approvalId } = await askSetting(limits({ approvalAboveMinor: wanted }));
    expect(await readTransactionLimits(world.db.pool, "withdrawal", "ZAR")).toEqual(before);
    const open = (await getSettings(maker)).limits.find(({ kind }) => kind === "withdrawal");
    expect(open?.openApprovalId).toBe(approvalId);
    expect(await code(askSetting(limits({ feeMinor: 100n })))).toBe("WRONG_STATE");
    expect(await code(world.decide(approvalId, maker, "approved", "setting_change"))).toBe(
      "FORBIDDEN",
    );
    await world.decide(approvalId, checker, "approved", "setting_change");
    expect(await readTransactionLimits(world.db.pool, "withdrawal", "ZAR")).toEqual({
      ...before,
      approvalAboveMinor: wanted,
    });
    const next = await askSetting(limits({ approvalAboveMinor: null }));
    await world.decide(next.approvalId, checker, "approved", "setting_change");
    const after = (await getSettings(maker)).limits.find(({ kind }) => kind === "withdrawal");
    expect(after?.approvalAboveMinor).toBeNull();
    expect(after?.changes.map(({ version, before: was, after: is }) => [version, was, is])).toEqual(
      [
        [2, { approvalAboveMinor: String(wanted) }, { approvalAboveMinor: null }],
        [
          1,
          { approvalAboveMinor: String(before?.approvalAboveMinor) },
          { approvalAboveMinor: String(wanted) },
        ],
      ],
    );
  });

  test("up to which amount a role may decide", async () => {
    const change = {
      setting: "approval_right",
      kind: "adjustment",
      role: "reconciliation_checker",
    } as const;
    const { approvalId } = await askSetting({ ...change, maxAmountMinor: 2_000_000n });
    await world.decide(approvalId, checker, "approved", "setting_change");
    const { approvalRights } = await getSettings(maker);
    expect(
      approvalRights.find(
        ({ target }) => target === "approval_right:adjustment:reconciliation_checker",
      ),
    ).toMatchObject({
      maxAmountMinor: 2_000_000n,
      openApprovalId: null,
      changes: [{ approvalId, version: 1 }],
    });
    const nobodys = { ...change, role: "viewer", maxAmountMinor: 1n };
    expect(await code(askSetting(nobodys))).toBe("NOT_FOUND");
    expect(await code(askSetting({ ...change, maxAmountMinor: 0n }))).toBe("INVALID_INPUT");
  });

  test.each([
    ["the smallest above the largest", { minAmountMinor: 10_000_000n }],
    ["the largest above that of a day", { maxAmountMinor: 1_000_000_000n }],
    ["nothing at all", { minAmountMinor: 0n }],
    ["none a day", { maxCountPerDay: 0n }],
    ["more a day than can be counted", { maxCountPerDay: 3_000_000_000n }],
  ])("limits that contradict each other are refused: %s", async (_, patch) => {
    expect(await code(askSetting(limits(patch)))).toBe("INVALID_INPUT");
  });

  test("deposits wait for nobody", async () => {
    const change = limits({ kind: "deposit", approvalAboveMinor: 1n });
    expect(await code(askSetting(change))).toBe("INVALID_INPUT");
  });
});
