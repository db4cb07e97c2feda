import { randomUUID } from "node:crypto";
import { TRPCError } from "@trpc/server";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toAppError } from "../../src/trpc/errors.ts";
import { asOperator } from "./callers.ts";
import { signedInOperator } from "../signed-in-operator.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
beforeAll(async () => {
  services = await openTestServices("api");
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
});

async function operatorIn(role: string) {
  const client = new Client({ connectionString: services.database.ownerUrl });
  await client.connect();
  const operator = await signedInOperator(client, role);
  await client.end();
  return asOperator(services, operator);
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TRPCError);
  return toAppError(error).code;
}

const hour = 60 * 60_000;
const thisHour = Math.floor(Date.now() / hour) * hour;
const window = {
  kind: "objects" as const,
  windowFrom: new Date(thisHour - hour),
  windowTo: new Date(thisHour),
};

test("a run is asked for, listed and read; a second request is the same run", async () => {
  const maker = await operatorIn("reconciliation_maker");
  const run = await maker.reconciliation.start(window);
  expect(run).toMatchObject({ ...window, state: "running", requestedByKind: "operator" });
  expect((await maker.reconciliation.start(window)).id).toBe(run.id);
  const viewer = await operatorIn("viewer");
  expect((await viewer.reconciliation.list({})).map(({ id }) => id)).toEqual([run.id]);
  expect(await viewer.reconciliation.get({ runId: run.id })).toEqual(run);
  expect(Object.keys(run)).not.toContain("statementId");
  expect(await codeOf(viewer.reconciliation.start(window))).toBe("FORBIDDEN");
  expect(await codeOf(viewer.reconciliation.get({ runId: randomUUID() }))).toBe("NOT_FOUND");
});

test("a correction takes two", async () => {
  const maker = await operatorIn("reconciliation_maker");
  const proposal = {
    debitAccount: "house:provider_fees:ZAR",
    creditAccount: "house:revio_float:ZAR",
    amountMinor: 34n,
    reason: "The fee became final.",
    idempotencyKey: randomUUID(),
  };
  const { approvalId, state } = await maker.adjustment.request(proposal);
  expect(state).toBe("requested");
  const decision = { approvalId, decision: "approved" as const };
  expect(await codeOf(maker.adjustment.decide(decision))).toBe("FORBIDDEN");
  const checker = await operatorIn("reconciliation_checker");
  expect((await checker.adjustment.decide(decision)).state).toBe("approved");
  expect(await codeOf(checker.adjustment.decide(decision))).toBe("WRONG_STATE");
  expect(
    await codeOf(
      maker.adjustment.request({ ...proposal, debitAccount: `user:${randomUUID()}:pending:ZAR` }),
    ),
  ).toBe("INVALID_INPUT");
});
