import { randomUUID } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { OperatorSessionContext } from "../../../src/operator-session/operator-session.ts";
import {
  beginStepUp,
  type BoundAction,
  grantStepUp,
  useStepUp,
} from "../../../src/operator-session/step-up.ts";
import type { softwareAuthenticator } from "../../software-authenticator.ts";
import { testContext } from "../../test-context.ts";
import {
  addPasskey,
  addTotp,
  code,
  givePassword,
  invitedOperator,
  totpCode,
  withToken,
} from "./operator-world.ts";

let db: TestDatabase;
let ctx: Awaited<ReturnType<typeof testContext>>;
let admin: OperatorSessionContext;
let passkey: ReturnType<typeof softwareAuthenticator>;
let operator: OperatorSessionContext;
let secret: string;

beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  ctx = await testContext(db);
  const first = await invitedOperator(ctx, undefined);
  const withPasskey = await addPasskey(ctx, await givePassword(ctx, first.email));
  passkey = withPasskey.authenticator;
  admin = await withToken(ctx, withPasskey.token);
  const second = await invitedOperator(ctx, admin, "operator");
  const app = await addTotp(ctx, await givePassword(ctx, second.email));
  secret = app.secret;
  operator = await withToken(ctx, app.token);
});
afterAll(async () => {
  await ctx.reader.$disconnect();
  await db.drop();
});

const approval = (amountMinor: bigint): BoundAction => ({
  procedure: "withdrawal.decide",
  input: { transactionId: "01a0", decision: "approve", amountMinor },
});

async function confirmed(action: BoundAction): Promise<string> {
  const { challengeId, options } = await beginStepUp(admin, action);
  const proof = { challengeId, response: passkey.sign(options) };
  return (await grantStepUp(admin, action, { kind: "passkey", proof })).stepUpId;
}

test("S20: a passkey confirms one action, with its amount, once", async () => {
  const stepUpId = await confirmed(approval(30_000n));
  expect(await code(useStepUp(admin, approval(30_001n), stepUpId))).toBe("STEP_UP_REQUIRED");
  const other = { ...approval(30_000n), procedure: "adjustment.decide" };
  expect(await code(useStepUp(admin, other, stepUpId))).toBe("STEP_UP_REQUIRED");
  const uses = await Promise.all(
    [1, 2, 3].map(() => code(useStepUp(admin, approval(30_000n), stepUpId))),
  );
  expect(uses.filter((one) => one === "done")).toHaveLength(1);
});

test("none, made up, another's, or too late: asked for again", async () => {
  const action = approval(1n);
  expect(await code(useStepUp(admin, action, undefined))).toBe("STEP_UP_REQUIRED");
  expect(await code(useStepUp(admin, action, randomUUID()))).toBe("STEP_UP_REQUIRED");
  const stepUpId = await confirmed(action);
  expect(await code(useStepUp(operator, action, stepUpId))).toBe("STEP_UP_REQUIRED");
  const late = new Date(ctx.clock.now().getTime() + 300_000);
  const then = { ...admin, clock: { now: () => late } };
  expect(await code(useStepUp(then, action, stepUpId))).toBe("STEP_UP_REQUIRED");
});

test("what was signed is what is granted: a challenge for one amount grants no other, nor a sign-in's", async () => {
  const { challengeId, options } = await beginStepUp(admin, approval(5n));
  const proof = { challengeId, response: passkey.sign(options) };
  expect(await code(grantStepUp(admin, approval(500n), { kind: "passkey", proof }))).toBe(
    "INVALID_CREDENTIALS",
  );
  // The challenge is used up all the same.
  expect(await code(grantStepUp(admin, approval(5n), { kind: "passkey", proof }))).toBe(
    "INVALID_CREDENTIALS",
  );
});

test("a code of the authenticator app is fresh once, and is nothing for a role that needs a passkey", async () => {
  ctx.clock.advance(30_000);
  const given = { kind: "totp", code: await totpCode(ctx, secret) } as const;
  const { stepUpId } = await grantStepUp(operator, approval(7n), given);
  expect(await code(grantStepUp(operator, approval(8n), given))).toBe("INVALID_CREDENTIALS");
  expect(await code(useStepUp(operator, approval(7n), stepUpId))).toBe("done");
  expect(await code(grantStepUp(admin, approval(7n), given))).toBe("FORBIDDEN");
});
