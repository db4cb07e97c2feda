import { randomUUID } from "node:crypto";
import { TRPCError } from "@trpc/server";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jobs } from "../../src/worker/registry.ts";
import { runJob } from "../../src/worker/run-job.ts";
import { asOperator, signedInUser } from "./callers.ts";
import { signedInOperator } from "../signed-in-operator.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let superuser: Client;

beforeAll(async () => {
  services = await openTestServices("worker");
  await services.startQueue();
  superuser = new Client({ connectionString: services.database.superuserUrl });
  await superuser.connect();
});

afterAll(async () => {
  await superuser.end();
  await services[Symbol.asyncDispose]();
});

const operatorAs = async (role: string) =>
  asOperator(services, await signedInOperator(superuser, role));

const run = (name: "ledger.chain" | "integrity.step" | "integrity.verify" | "day.close") =>
  runJob(services, jobs[name] as (typeof jobs)["ledger.chain"], {
    id: randomUUID(),
    data: {},
    retryCount: 0,
    retryLimit: 3,
  });

test("an operator stops everything in one call without a word; only an administrator resumes, with a reason", async () => {
  const operator = await operatorAs("operator");
  const administrator = await operatorAs("administrator");
  expect(await operator.outgoing.get({})).toEqual({ stoppedAt: null, reason: null });
  await operator.outgoing.stop({});
  expect(await operator.outgoing.get({})).toEqual({
    stoppedAt: expect.any(Date) as Date,
    reason: "stopped by an operator",
  });
  await expect(operator.outgoing.resume({ reason: "all is well" })).rejects.toThrow(TRPCError);
  await expect(administrator.outgoing.resume({ reason: "" })).rejects.toThrow(TRPCError);
  await administrator.outgoing.resume({ reason: "all is well" });
  expect(await operator.outgoing.get({})).toEqual({ stoppedAt: null, reason: null });
});

test("one user is frozen and unfrozen", async () => {
  const administrator = await operatorAs("administrator");
  const user = await signedInUser(services);
  await administrator.user.freezeOutgoing({ userId: user.id, reason: "asked for by the bank" });
  expect((await user.api.user.me()).outgoingFrozen).toBe(true);
  await expect(
    administrator.withdrawal.cancel({ transactionId: randomUUID(), reason: "fraud" }),
  ).rejects.toThrow(/no such withdrawal/i);
  await administrator.user.unfreezeOutgoing({ userId: user.id, reason: "cleared" });
  expect((await user.api.user.me()).outgoingFrozen).toBe(false);
});

test("the jobs run in the worker, and operators see what they did", async () => {
  for (const name of ["ledger.chain", "integrity.step", "integrity.verify", "day.close"] as const) {
    await run(name);
  }
  const viewer = await operatorAs("viewer");
  const report = await viewer.integrity.get({});
  expect(report.openFindings).toEqual([]);
  expect(report.checks.length).toBeGreaterThan(12);
  for (const check of report.checks) {
    expect(check).toMatchObject({ lastFullPassAt: expect.any(Date) as Date, lastPassFindings: 0 });
  }
  expect(report.chains.map(({ stream }) => stream)).toEqual(["journal", "audit"]);
  expect(await viewer.dayClose.list({})).toEqual([]);
  await expect(viewer.dayClose.get({ businessOn: "2026-11-24" })).rejects.toThrow(/no such/);
  await expect(viewer.dayClose.get({ businessOn: "yesterday" })).rejects.toThrow(TRPCError);
});
