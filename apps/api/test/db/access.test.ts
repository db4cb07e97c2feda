import { randomUUID } from "node:crypto";
import { TRPCError } from "@trpc/server";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toAppError } from "../../src/trpc/errors.ts";
import { partnerRouter } from "../../src/trpc/partner/router.ts";
import { proceduresOf } from "../procedures-of.ts";
import { type SignedInOperator, signedInOperator, stepUpFor } from "../signed-in-operator.ts";
import { asOperator, asPartner, onOperatorRouter, signedInUser } from "./callers.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let owner: Awaited<ReturnType<typeof signedInUser>>;
let other: Awaited<ReturnType<typeof signedInUser>>;
let administrator: SignedInOperator;
let bankAccountId: string;

beforeAll(async () => {
  services = await openTestServices("api");
  owner = await signedInUser(services);
  other = await signedInUser(services);
  const bankAccount = await owner.api.bankAccount.add({
    branchCode: "470010",
    accountNumber: "1234567890",
    accountHolder: "Thandi Nkosi",
    accountType: "savings",
  });
  bankAccountId = bankAccount.id;
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
});

/** The code and the words of an answer; the same for two requests if nobody can tell them apart. */
async function refusalOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TRPCError);
  const { code, message, fieldErrors } = toAppError(error);
  return { code, message, fieldErrors };
}

describe("somebody else's ids", () => {
  test.each([
    [
      "withdrawal.create",
      (id: string) =>
        other.api.withdrawal.create({
          amountMinor: 5_000n,
          currency: "ZAR",
          bankAccountId: id,
          idempotencyKey: randomUUID(),
        }),
    ],
    ["bankAccount.remove", (id: string) => other.api.bankAccount.remove({ bankAccountId: id })],
  ])(
    "%s answers for a bank account of another user as for one that is not there",
    async (_, call) => {
      const theirs = await refusalOf(call(bankAccountId));
      expect(theirs).toEqual(await refusalOf(call(randomUUID())));
      expect(theirs.code).toBe("NOT_FOUND");
    },
  );
});

describe("without a sign-in", () => {
  const closed = proceduresOf(partnerRouter).filter(({ meta }) => meta?.access !== "anyone");

  test.each(closed.map(({ path }) => path))(
    "%s says UNAUTHENTICATED, whatever is sent",
    async (path) => {
      const call = path
        .split(".")
        .reduce((at: unknown, name) => (at as Record<string, unknown>)[name], asPartner(services));
      const refusal = await refusalOf((call as (input: unknown) => Promise<unknown>)({}));
      expect(refusal.code).toBe("UNAUTHENTICATED");
    },
  );

  test.each(["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])(
    "the token %j is refused",
    async (token) => {
      expect((await refusalOf(asPartner(services, token).user.me())).code).toBe("UNAUTHENTICATED");
    },
  );

  test("a session that was ended is noticed at the next call", async () => {
    const user = await signedInUser(services);
    expect((await user.api.user.me()).id).toBe(user.id);
    await user.api.session.signOut();
    expect((await refusalOf(user.api.user.me())).code).toBe("UNAUTHENTICATED");
  });
});

describe("operators", () => {
  const suspend = { reason: "asked for by the bank" };

  beforeAll(async () => {
    administrator = await addOperator("administrator");
  });

  test("a partner's token opens nothing of theirs", async () => {
    const call = onOperatorRouter(services, { kind: "partner", accessToken: owner.accessToken });
    const refusal = await refusalOf(call.user.suspend({ userId: other.id, ...suspend }));
    expect(refusal.code).toBe("UNAUTHENTICATED");
  });

  test.each<[string, string | undefined]>([
    ["without a session", undefined],
    ["with a session that nobody was given", "x"],
  ])("%s nothing may be done", async (_, sessionToken) => {
    const credentials = { sessionToken, address: "127.0.0.1", stepUpId: undefined };
    const call = onOperatorRouter(services, { kind: "operator", ...credentials });
    const refusal = await refusalOf(call.user.suspend({ userId: other.id, ...suspend }));
    expect(refusal.code).toBe("UNAUTHENTICATED");
  });

  test.each<[string, "totp" | null, string]>([
    ["the password alone", null, "UNAUTHENTICATED"],
    ["an authenticator app, for an administrator", "totp", "FORBIDDEN"],
  ])("%s is not enough to do anything but finish signing in", async (_, factor, code) => {
    const unfinished = await addOperator("administrator", factor);
    const call = asOperator(services, unfinished);
    expect((await refusalOf(call.outgoing.get({}))).code).toBe(code);
    expect((await refusalOf(call.user.suspend({ userId: other.id, ...suspend }))).code).toBe(code);
    expect((await call.session.get()).operatorId).toBe(unfinished.id);
    expect((await call.factor.get()).passkeys).toEqual([]);
  });

  test("S20 what lets money go is confirmed by a fresh factor, for this very call, once", async () => {
    const { sessionToken } = administrator;
    const withStepUp = (stepUpId: string | undefined) =>
      onOperatorRouter(services, { kind: "operator", sessionToken, address: "::1", stepUpId });
    const input = { approvalId: randomUUID(), decision: "approved", reason: "seen" } as const;
    const call = { procedure: "adjustment.decide", input };
    const decide = (stepUpId: string | undefined, given: typeof input = input) =>
      refusalOf(withStepUp(stepUpId).adjustment.decide(given)).then(({ code }) => code);
    const granted = () => stepUpFor(services.database.pool, administrator, call);
    expect(await decide(undefined)).toBe("STEP_UP_REQUIRED");
    const stepUpId = await granted();
    expect(await decide(stepUpId, { ...input, approvalId: randomUUID() })).toBe("STEP_UP_REQUIRED");
    expect(await decide(stepUpId)).toBe("NOT_FOUND");
    expect(await decide(stepUpId)).toBe("STEP_UP_REQUIRED");
    const elsewhere = await granted();
    const payout = withStepUp(elsewhere).payout.decideResolution(input);
    expect((await refusalOf(payout)).code).toBe("STEP_UP_REQUIRED");
  });

  test("suspending a user works at once, and is undone by signing in after reactivation", async () => {
    const call = asOperator(services, administrator);
    const user = await signedInUser(services);
    await call.user.suspend({ userId: user.id, ...suspend });
    expect((await refusalOf(user.api.user.me())).code).toBe("UNAUTHENTICATED");
    const signIn = () =>
      asPartner(services).session.signIn({ email: user.email, password: user.password });
    expect((await refusalOf(signIn())).code).toBe("USER_SUSPENDED");
    await call.user.reactivate({ userId: user.id, reason: "cleared" });
    expect((await signIn()).user.id).toBe(user.id);
  });

  test("the queue of breaks: read, taken, noted; what a break holds comes out as it is", async () => {
    const call = asOperator(services, administrator);
    const breakId = randomUUID();
    const evidence = { outcome: "unknown_purchase", status: "paid", amountMinor: "9900" };
    await services.database.pool.query(
      `INSERT INTO breaks (id, class, severity, subject, amount_minor, currency, evidence, opened_by, opened_at, last_seen_at, state)
       VALUES ($1, 'unknown_object', 'warning', $3, 9900, 'ZAR', $2, 'provider_event', now(), now(), 'open')`,
      [breakId, JSON.stringify(evidence), `purchase:${breakId}`],
    );
    await call.break.assign({ breakId, ownerId: administrator.id });
    await call.break.addNote({ breakId, note: "Asked the bank." });
    const found = await call.break.get({ breakId });
    expect(found).toMatchObject({ ownerId: administrator.id, amountMinor: 9_900n, evidence });
    expect(found.notes).toMatchObject([{ operatorId: administrator.id, note: "Asked the bank." }]);
    expect((await call.break.list({ ownerId: administrator.id })).items).toMatchObject([
      { id: breakId },
    ]);
  });

  test("a payout in doubt: what is not there cannot be proposed about, nor decided", async () => {
    const call = asOperator(services, administrator);
    const reason = "the bank says so";
    const transactionId = randomUUID();
    const idempotencyKey = randomUUID();
    const request = { transactionId, outcome: "not_executed", reason, idempotencyKey } as const;
    expect((await refusalOf(call.payout.requestResolution(request))).code).toBe("NOT_FOUND");
    const decision = { approvalId: randomUUID(), decision: "approved", reason } as const;
    expect((await refusalOf(call.payout.decideResolution(decision))).code).toBe("NOT_FOUND");
  });

  test("a rejection needs a reason", async () => {
    const call = asOperator(services, administrator);
    const decision = { decision: "rejected", transactionId: randomUUID() } as const;
    const refusal = await refusalOf(
      call.withdrawal.decide(decision as typeof decision & { reason: string }),
    );
    expect(refusal.fieldErrors?.map(({ path }) => path)).toEqual(["reason"]);
    expect(
      (await refusalOf(call.withdrawal.decide({ ...decision, reason: "not ours" }))).code,
    ).toBe("NOT_FOUND");
  });
});

describe("limits", () => {
  test("calls are counted per user and class, over all processes", async () => {
    const user = await signedInUser(services);
    const create = () =>
      user.api.withdrawal.create({
        amountMinor: 5_000n,
        currency: "ZAR",
        bankAccountId: randomUUID(),
        idempotencyKey: randomUUID(),
      });
    for (let call = 0; call < 30; call++)
      expect((await refusalOf(create())).code).toBe("NOT_FOUND");
    expect((await refusalOf(create())).code).toBe("RATE_LIMITED");
    expect((await user.api.user.me()).id).toBe(user.id);
    expect(
      (await refusalOf(other.api.bankAccount.remove({ bankAccountId: randomUUID() }))).code,
    ).toBe("NOT_FOUND");
  });
});

async function addOperator(role: string, factor?: "passkey" | "totp" | null) {
  const client = new Client({ connectionString: services.database.ownerUrl });
  await client.connect();
  const operator = await signedInOperator(client, role, factor);
  await client.end();
  return operator;
}
