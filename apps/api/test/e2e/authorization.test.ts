import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { expectCleanRefusal } from "./support/clean-refusal.ts";
import { countOf, countRows, database } from "./support/database.ts";
import { forgedTokens, reissue } from "./support/forged-tokens.ts";
import {
  addOperator,
  confirmation,
  getInternal,
  consoleHeaders,
  postInternal,
} from "./support/operator-client.ts";
import {
  addBankAccount,
  balanceOf,
  newPerson,
  openDeposit,
  payIn,
  type Person,
  takeOut,
} from "./support/people.ts";
import { signedInOperator } from "../signed-in-operator.ts";
import { operatorProcedures, partnerProcedures, type Procedure } from "./support/procedures.ts";
import { operatorSamplesFor, samplesFor } from "./support/samples.ts";
import { asInput, sendRaw } from "./support/send-raw.ts";
import { stack } from "./support/stack.ts";
import { anyone, call, someAddress } from "./support/wallet-client.ts";

/**
 * Which fields of an input name something that belongs to somebody, and what of Alice's goes there. A procedure with such
 * a field that is missing here fails the test below: decide who may use it, and add it.
 */
const ownedFields: Record<string, Record<string, keyof Owned>> = {
  "bankAccount.remove": { bankAccountId: "bankAccountId" },
  "deposit.get": { transactionId: "depositId" },
  "deposit.cancel": { transactionId: "depositId" },
  "withdrawal.create": { bankAccountId: "bankAccountId" },
  "withdrawal.get": { transactionId: "withdrawalId" },
  "withdrawal.cancel": { transactionId: "withdrawalId" },
  "transaction.get": { transactionId: "withdrawalId" },
};

interface Owned {
  depositId: string;
  withdrawalId: string;
  bankAccountId: string;
}

let alice: Person;
let bob: Person;
let owned: Owned;
let samples: Record<string, object>;
let forged: Record<string, string>;

beforeAll(async () => {
  [alice, bob] = await Promise.all([newPerson(), newPerson()]);
  await payIn(alice, 1_200_000n);
  await payIn(bob, 50_000n);
  const bankAccountId = await addBankAccount(alice);
  owned = {
    bankAccountId,
    depositId: (await openDeposit(alice, 7_000n)).id,
    // Waits for an operator, so it could be cancelled.
    withdrawalId: (await takeOut(alice, bankAccountId, 1_100_000n)).id,
  };
  samples = samplesFor({ transactionId: owned.depositId, bankAccountId });
  forged = forgedTokens(alice.accessToken, bob);
});
afterAll(async () => {
  await expectBooksToAgree();
  await database.end();
});

const userProcedures = partnerProcedures.filter(({ access }) => access === "user");
const named = (procedures: Procedure[]) => procedures.map((each) => [each.path, each] as const);

describe("without a good token", () => {
  test("there are procedures to try", () => {
    expect(userProcedures.length).toBeGreaterThan(15);
    expect(Object.keys(forged).length).toBeGreaterThan(25);
  });

  test("the token that the others are made of is good", async () => {
    const token = reissue(alice.accessToken, {});
    expect((await call({ ...alice, accessToken: token }, "user.me", {})).id).toBe(alice.userId);
  });

  test.each(named(userProcedures))("S25 S27 %s is refused to every forged token", async (path) => {
    const before = await countRows();
    const procedure = userProcedures.find((each) => each.path === path);
    if (procedure === undefined) throw new Error(`no procedure ${path}`);
    const text = asInput(samples[path]);
    for (const [what, accessToken] of Object.entries(forged)) {
      const answer = await sendRaw(procedure, text, { address: someAddress(), accessToken });
      expect([what, answer.error?.appCode]).toEqual([what, "UNAUTHENTICATED"]);
      expectCleanRefusal(answer, "UNAUTHENTICATED");
      expect(answer.raw).not.toContain(accessToken);
    }
    const schemes = ["", "Bearer", "Bearer ", `Basic ${alice.accessToken}`, alice.accessToken];
    for (const authorization of [...schemes, `Bearer ${alice.refreshToken}`]) {
      const answer = await sendRaw(procedure, text, anyone(), { authorization });
      expectCleanRefusal(answer, "UNAUTHENTICATED");
    }
    expectCleanRefusal(await sendRaw(procedure, text, anyone()), "UNAUTHENTICATED");
    expect(await countRows()).toEqual(before);
  });

  test("S30 a token in the address, in a cookie or in the body is not looked at", async () => {
    const { accessToken } = alice;
    const input = encodeURIComponent(asInput({ currency: "ZAR" }));
    for (const name of ["token", "access_token", "authorization", "connectionParams"]) {
      const value =
        name === "connectionParams" ? JSON.stringify({ token: accessToken }) : accessToken;
      const query = `input=${input}&${name}=${encodeURIComponent(value)}`;
      const response = await fetch(new URL(`/trpc/balance.get?${query}`, stack.apiUrl), {
        headers: { cookie: `token=${accessToken}; __Host-token=${accessToken}` },
      });
      expect(response.status).toBe(401);
    }
  });
});

describe("S31 somebody else's things", () => {
  test("the table above names every field that could name one", () => {
    const found = partnerProcedures.flatMap(({ path, input }) =>
      fieldsOf(input)
        .filter((field) => /Id$/i.test(field) && field !== "lastEventId")
        .map((field) => `${path} ${field}`),
    );
    const known = Object.entries(ownedFields).flatMap(([path, fields]) =>
      Object.keys(fields).map((field) => `${path} ${field}`),
    );
    expect(found.sort()).toEqual(known.sort());
  });

  test.each(Object.entries(ownedFields))(
    "%s: Alice's id is answered to Bob as an id of nobody's, byte for byte",
    async (path, fields) => {
      const procedure = userProcedures.find((each) => each.path === path);
      if (procedure === undefined) throw new Error(`no procedure ${path}`);
      const before = await countRows();
      for (const [field, name] of Object.entries(fields)) {
        const ask = async (id: string) => {
          // Two requests, so two keys: the same key would be answered the same for another reason.
          const key =
            "idempotencyKey" in (samples[path] ?? {}) ? { idempotencyKey: randomUUID() } : {};
          const input = { ...samples[path], ...key, [field]: id };
          return sendRaw(procedure, asInput(input), bob);
        };
        const hers = await ask(owned[name]);
        const nobodys = await ask(randomUUID());
        expectCleanRefusal(hers, "NOT_FOUND");
        expect(hers.status).toBe(404);
        expect(bare(hers.raw)).toBe(bare(nobodys.raw));
        expect(headersOf(hers.headers)).toEqual(headersOf(nobodys.headers));
      }
      // A money request that was refused for good leaves its answer behind, under Bob's name.
      const { idempotency_keys: _, ...after } = await countRows();
      const { idempotency_keys: __, ...rest } = before;
      expect(after).toEqual(rest);
    },
  );

  test("a transaction of another kind is no deposit and no withdrawal", async () => {
    const ask = (path: string, transactionId: string) =>
      sendRaw({ path, type: "query" }, asInput({ transactionId }), alice);
    expectCleanRefusal(await ask("deposit.get", owned.withdrawalId), "NOT_FOUND");
    expectCleanRefusal(await ask("withdrawal.get", owned.depositId), "NOT_FOUND");
  });

  test("Alice's cursor shows Bob nothing of hers", async () => {
    const page = await call(alice, "transaction.list", { limit: 1 });
    expect(page.nextCursor).not.toBeNull();
    const { items } = await call(bob, "transaction.list", { cursor: page.nextCursor ?? "" });
    const bobs = await countOf("transactions WHERE user_id = $1", [bob.userId]);
    expect(items.length).toBeLessThanOrEqual(bobs);
    const ids = (await call(alice, "transaction.list", { limit: 100 })).items.map(({ id }) => id);
    expect(items.filter(({ id }) => ids.includes(id))).toEqual([]);
  });

  test("S108 Alice's idempotency key means nothing for Bob", async () => {
    const input = { amountMinor: 2_000n, currency: "ZAR", idempotencyKey: randomUUID() } as const;
    const hers = await call(alice, "deposit.create", input);
    const his = await call(bob, "deposit.create", input);
    expect(his.replayed).toBe(false);
    expect(his.deposit.id).not.toBe(hers.deposit.id);
  });

  test("Alice still has everything", async () => {
    expect((await call(alice, "deposit.get", { transactionId: owned.depositId })).status).toBe(
      "awaiting_payment",
    );
    const withdrawal = await call(alice, "withdrawal.get", { transactionId: owned.withdrawalId });
    expect(withdrawal.status).toBe("awaiting_approval");
    expect(await call(alice, "bankAccount.list", {})).toHaveLength(1);
    expect(await balanceOf(alice)).toMatchObject({ pendingMinor: 1_100_000n });
    expect(await balanceOf(bob)).toMatchObject({ availableMinor: 50_000n, pendingMinor: 0n });
  });
});

describe("S33 answers", () => {
  const reads = partnerProcedures.filter(({ type }) => type === "query");

  test.each(named(reads))("%s tells nothing that stays inside", async (path, procedure) => {
    const ids = { "withdrawal.get": owned.withdrawalId }[path];
    const input = { ...samples[path], ...(ids === undefined ? {} : { transactionId: ids }) };
    const answer = await sendRaw(procedure, asInput(input), alice);
    expect(answer.status, answer.raw).toBe(200);
    expect(answer.raw).not.toMatch(
      /hash|cipher|lookup|dataKey|data_key|xid|sequence|journal|posting|purchase|payout|secret|62000/i,
    );
  });
});

describe("S41 /internal/trpc", () => {
  const elsewhere = () => fetch(new URL("/no/such/place", stack.apiUrl));
  const service = { authorization: `Bearer ${stack.internalApiToken}` };
  let input: Record<string, object>;

  beforeAll(() => {
    input = operatorSamplesFor({ transactionId: owned.withdrawalId, userId: alice.userId });
  });

  test("there is a sample input for every procedure", () => {
    expect(Object.keys(input).sort()).toEqual(operatorProcedures.map(({ path }) => path).sort());
  });

  test.each(named(operatorProcedures))(
    "%s is not there for anybody without the service token",
    async (path) => {
      const { authorization: _token, ...session } = consoleHeaders(
        await addOperator("administrator"),
      );
      const nowhere = await (await elsewhere()).text();
      const tries: Record<string, string>[] = [
        {},
        session,
        { ...session, authorization: `Bearer ${stack.internalApiToken}x` },
        { ...session, authorization: `Bearer ${stack.internalApiToken.slice(0, -1)}` },
        { ...session, authorization: stack.internalApiToken },
        { ...session, authorization: `Bearer ${session["x-operator-session"]}` },
        { ...session, authorization: `Bearer ${alice.accessToken}` },
        { ...session, authorization: "Bearer " },
        { ...session, "x-forwarded-for": "127.0.0.1", "x-wallet-client-address": "127.0.0.1" },
      ];
      const before = await countRows();
      for (const headers of tries) {
        const answer = await postInternal(path, input[path], headers);
        expect(answer.status).toBe(404);
        expect(answer.raw).toBe(nowhere);
      }
      expect(await countRows()).toEqual(before);
    },
  );

  const signedIn = operatorProcedures.filter(({ access }) => access !== "console");

  test.each(named(signedIn))("S18 %s is refused without a session that is open", async (path) => {
    const ended = await addOperator("administrator");
    await database.query(
      "UPDATE operator_sessions SET ended_at = now(), end_reason = 'revoked' WHERE id = $1",
      [ended.sessionId],
    );
    for (const headers of [
      service,
      consoleHeaders({ sessionToken: randomUUID() }),
      consoleHeaders({ sessionToken: alice.accessToken }),
      consoleHeaders(ended),
    ]) {
      expectCleanRefusal(await postInternal(path, input[path], headers), "UNAUTHENTICATED");
    }
  });

  test.each(named(signedIn.filter(({ access }) => access === "operator")))(
    "S08 %s is refused to who has given the password alone",
    async (path) => {
      const half = await signedInOperator(database, "administrator", null);
      const answer = await postInternal(path, input[path], consoleHeaders(half));
      expectCleanRefusal(answer, "UNAUTHENTICATED");
      const withCode = await signedInOperator(database, "administrator", "totp");
      const answerToCode = await postInternal(path, input[path], consoleHeaders(withCode));
      expectCleanRefusal(answerToCode, "FORBIDDEN");
    },
  );

  test.each(named(signedIn.filter(({ stepUp }) => stepUp)))(
    "S20 %s is refused without a fresh factor for it",
    async (path) => {
      const headers = consoleHeaders(await addOperator("administrator"));
      for (const stepUp of [{}, { "x-step-up-id": randomUUID() }, { "x-step-up-id": "yes" }]) {
        const answer = await postInternal(path, input[path], { ...headers, ...stepUp });
        expectCleanRefusal(answer, "STEP_UP_REQUIRED");
      }
    },
  );

  test.each(named(signedIn.filter(({ type, path }) => type === "mutation" && !isOwn(path))))(
    "S32 %s is refused to a viewer",
    async (path) => {
      const viewer = await addOperator("viewer");
      const headers = {
        ...consoleHeaders(viewer),
        ...(await confirmation(viewer, path, input[path] ?? {})),
      };
      expectCleanRefusal(await postInternal(path, input[path], headers), "FORBIDDEN");
    },
  );

  /** Change this list on purpose only: what operators may read, and a viewer may not. */
  const notForViewers = ["invite.list", "operator.listSessions"];

  test.each(notForViewers)("S32 %s is refused to a viewer", async (path) => {
    const headers = consoleHeaders(await addOperator("viewer"));
    expectCleanRefusal(await getInternal(path, input[path], headers), "FORBIDDEN");
  });

  test.each(
    named(signedIn.filter(({ type, path }) => type === "query" && !notForViewers.includes(path))),
  )("S32 %s is open to a viewer", async (path) => {
    const headers = consoleHeaders(await addOperator("viewer"));
    expect([200, 404]).toContain((await getInternal(path, input[path], headers)).status);
  });

  const isOnBoth = ({ path }: Procedure) =>
    [partnerProcedures, operatorProcedures].every((all) => all.some((one) => one.path === path));
  const ofPartnersAlone = partnerProcedures.filter((one) => !isOnBoth(one));
  const ofOperatorsAlone = operatorProcedures.filter((one) => !isOnBoth(one));

  test.each(named(ofPartnersAlone))("%s is not on the operators' router", async (path) => {
    const headers = consoleHeaders(await addOperator("administrator"));
    expectCleanRefusal(await postInternal(path, samples[path], headers), "NOT_FOUND");
  });

  test.each(named(ofOperatorsAlone))("%s is not on the partners' router", async (path) => {
    for (const accessToken of [alice.accessToken, stack.internalApiToken]) {
      const caller = { address: someAddress(), accessToken };
      const answer = await sendRaw({ path, type: "mutation" }, asInput(input[path]), caller);
      expectCleanRefusal(answer, "NOT_FOUND");
    }
  });

  test.each(named(partnerProcedures.filter(isOnBoth)))(
    "%s of a partner takes no operator's session",
    async (path, procedure) => {
      const { sessionToken: accessToken } = await addOperator("administrator");
      const caller = { address: someAddress(), accessToken };
      const answer = await sendRaw(procedure, asInput(samples[path]), caller);
      expectCleanRefusal(answer, "UNAUTHENTICATED");
    },
  );

  test("the service token is no user's token", async () => {
    const caller = { address: someAddress(), accessToken: stack.internalApiToken };
    const answer = await sendRaw({ path: "user.me", type: "query" }, asInput({}), caller);
    expectCleanRefusal(answer, "UNAUTHENTICATED");
  });
});

/** What everybody may do about their own signing in, and about views of their own. */
function isOwn(path: string): boolean {
  return /^(session|factor|stepUp|view)\./.test(path);
}

/** Names of the fields of an input, whatever it is wrapped in. */
function fieldsOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  const { innerType, options } = schema.def as { innerType?: z.ZodType; options?: z.ZodType[] };
  return [...(innerType === undefined ? [] : [innerType]), ...(options ?? [])].flatMap(fieldsOf);
}

/** An answer without what differs from request to request. */
function bare(raw: string): string {
  return raw.replace(/"requestId":"[^"]*"/, '"requestId":""');
}

function headersOf(headers: Headers): [string, string][] {
  const varying = new Set(["x-request-id", "server-timing", "date"]);
  return [...headers].filter(([name]) => !varying.has(name));
}
