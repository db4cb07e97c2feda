import { randomBytes, randomUUID } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { beginAddPasskey, finishAddPasskey } from "../../../src/operator-session/add-passkey.ts";
import { beginAddTotp } from "../../../src/operator-session/add-totp.ts";
import { authenticateOperator } from "../../../src/operator-session/authenticate-operator.ts";
import {
  revokeOwnSessions,
  signOutOperator,
} from "../../../src/operator-session/end-operator-sessions.ts";
import { readFactors } from "../../../src/operator-session/enrol-factor.ts";
import { listOwnSessions } from "../../../src/operator-session/list-operator-sessions.ts";
import type { OperatorSessionContext } from "../../../src/operator-session/operator-session.ts";
import {
  beginPasskeySignIn,
  passSecondFactor,
  type SecondFactor,
} from "../../../src/operator-session/pass-second-factor.ts";
import { removeFactor, renewRecoveryCodes } from "../../../src/operator-session/remove-factor.ts";
import { startOperatorSession } from "../../../src/operator-session/start-operator-session.ts";
import { anyAddress } from "../../registered-user.ts";
import { type Misdeeds, softwareAuthenticator } from "../../software-authenticator.ts";
import { testContext } from "../../test-context.ts";
import {
  addPasskey,
  addTotp,
  code,
  givePassword,
  invitedOperator,
  operatorPassword,
  totpCode,
  withToken,
} from "./operator-world.ts";

let db: TestDatabase;
let superuser: Client;
let ctx: Awaited<ReturnType<typeof testContext>>;
/** The first operator, with a passkey, signed in. */
let administrator: Awaited<ReturnType<typeof addPasskey>> & { email: string };
let asAdministrator: OperatorSessionContext;

beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  superuser = new Client({ connectionString: db.superuserUrl });
  await superuser.connect();
  ctx = await testContext(db);
  const { email } = await invitedOperator(ctx, undefined);
  administrator = { email, ...(await addPasskey(ctx, await givePassword(ctx, email))) };
  asAdministrator = await withToken(ctx, administrator.token);
});
afterAll(async () => {
  await superuser.end();
  await ctx.reader.$disconnect();
  await db.drop();
});

const auditOf = async (operatorId: string) => {
  const { rows } = await superuser.query<{ action: string }>(
    "SELECT action FROM audit_events WHERE actor_kind = 'operator' AND actor_id = $1 ORDER BY sequence",
    [operatorId],
  );
  return rows.map(({ action }) => action);
};
/** Signs in anew with the password, up to the second factor. */
const halfway = async (email: string) => withToken(ctx, await givePassword(ctx, email));
const byPasskey = async (
  as: OperatorSessionContext,
  authenticator: ReturnType<typeof softwareAuthenticator>,
  wrong: Misdeeds = {},
): Promise<SecondFactor> => {
  const { challengeId, options } = await beginPasskeySignIn(as);
  return {
    kind: "passkey",
    proof: { challengeId, response: authenticator.sign(options, wrong) },
  };
};

describe("the password", () => {
  test("gives a session that can do nothing but take a second factor, for ten minutes", async () => {
    const { token } = await startOperatorSession(ctx, {
      email: ` ${administrator.email.toUpperCase()}`,
      password: operatorPassword,
      ipAddress: anyAddress(),
      userAgent: "A\u0000browser",
    });
    const session = await authenticateOperator(ctx, token);
    expect(session).toMatchObject({ factor: null, missing: "second_factor" });
    const later = (ms: number) => ({
      ...ctx,
      clock: { now: () => new Date(ctx.clock.now().getTime() + ms) },
    });
    expect(await code(authenticateOperator(later(599_999), token))).toBe("done");
    expect(await code(authenticateOperator(later(600_000), token))).toBe("UNAUTHENTICATED");
  });

  test("wrong, for nobody, or for somebody suspended: the same answer", async () => {
    const { email } = await invitedOperator(ctx, asAdministrator, "viewer");
    await superuser.query("UPDATE operators SET status = 'suspended' WHERE email = $1", [email]);
    const answers = await Promise.all(
      [
        { email: administrator.email, password: "not the password at all" },
        { email: "nobody@wallet.example", password: operatorPassword },
        { email: "no address", password: operatorPassword },
        { email, password: operatorPassword },
      ].map((input) =>
        startOperatorSession(ctx, { ...input, ipAddress: anyAddress() }).catch(
          (error: unknown) => `${Object(error).code} ${Object(error).message}`,
        ),
      ),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^INVALID_CREDENTIALS/);
  });

  test("guessed at: each try waits longer", async () => {
    const { email } = await invitedOperator(ctx, asAdministrator, "viewer");
    const guess = (password: string = randomUUID()) =>
      code(startOperatorSession(ctx, { email, password, ipAddress: anyAddress() }));
    for (let tries = 0; tries < 5; tries++) expect(await guess()).toBe("INVALID_CREDENTIALS");
    expect(await guess()).toBe("INVALID_CREDENTIALS");
    expect(await guess(operatorPassword)).toBe("RATE_LIMITED");
  });

  test("nothing that is stored opens a session", async () => {
    const token = await givePassword(ctx, administrator.email);
    const { rows } = await superuser.query<{ stored: string }>(
      "SELECT string_agg(s::text, ' ') AS stored FROM operator_sessions s",
    );
    expect(rows[0]?.stored).not.toContain(token);
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
  });
});

describe("a passkey", () => {
  test("makes the session whole, under another token; the one before is worth nothing", async () => {
    const half = await givePassword(ctx, administrator.email);
    const as = await withToken(ctx, half);
    const { token } = await passSecondFactor(as, await byPasskey(as, administrator.authenticator));
    expect(await authenticateOperator(ctx, token)).toMatchObject({
      id: as.operatorSession.id,
      factor: "passkey",
      missing: null,
    });
    expect(await code(authenticateOperator(ctx, half))).toBe("UNAUTHENTICATED");
  });

  test.each<[string, Misdeeds]>([
    ["of a page that looks like ours", { origin: "https://localhost.evil.example" }],
    ["of our page over another port", { origin: "http://localhost:3002" }],
    ["for another relying party", { rpId: "evil.example" }],
    ["for another challenge", { challenge: randomBytes(32).toString("base64url") }],
    ["without the person", { withoutUserVerification: true }],
    ["of a clone", { signCount: 1 }],
    ["of another ceremony", { type: "webauthn.create" }],
  ])("%s: refused", async (_, wrong) => {
    const as = await halfway(administrator.email);
    const factor = await byPasskey(as, administrator.authenticator, wrong);
    expect(await code(passSecondFactor(as, factor))).toBe("INVALID_CREDENTIALS");
    await waitOut(as.operatorSession.operatorId);
  });

  test("twice, in another session, or too late: refused", async () => {
    const first = await halfway(administrator.email);
    const other = await halfway(administrator.email);
    const stolen = await byPasskey(first, administrator.authenticator);
    expect(await code(passSecondFactor(other, stolen))).toBe("INVALID_CREDENTIALS");
    expect(await code(passSecondFactor(first, stolen))).toBe("done");
    expect(await code(passSecondFactor(first, stolen))).toBe("INVALID_CREDENTIALS");
    const slow = await byPasskey(other, administrator.authenticator);
    const late = new Date(ctx.clock.now().getTime() + 300_000);
    expect(await code(passSecondFactor({ ...other, clock: { now: () => late } }, slow))).toBe(
      "INVALID_CREDENTIALS",
    );
    await waitOut(first.operatorSession.operatorId);
  });

  test("at once in the same session: one passes", async () => {
    const as = await halfway(administrator.email);
    const factor = await byPasskey(as, administrator.authenticator);
    const outcomes = await Promise.all([1, 2, 3].map(() => code(passSecondFactor(as, factor))));
    expect(outcomes.filter((one) => one === "done")).toHaveLength(1);
    await waitOut(as.operatorSession.operatorId);
  });

  test("of somebody else: refused", async () => {
    const { email } = await invitedOperator(ctx, asAdministrator, "support");
    await addPasskey(ctx, await givePassword(ctx, email));
    const as = await halfway(email);
    const factor = await byPasskey(as, administrator.authenticator);
    expect(await code(passSecondFactor(as, factor))).toBe("INVALID_CREDENTIALS");
  });

  test("is not added by who has only the password, once there is a factor", async () => {
    const as = await halfway(administrator.email);
    expect(await code(beginAddPasskey(as))).toBe("FORBIDDEN");
    expect(await code(beginAddTotp(as))).toBe("FORBIDDEN");
  });

  test("is registered for its challenge, its origin, and one operator", async () => {
    const { challengeId, options } = await beginAddPasskey(asAdministrator);
    expect(options.excludeCredentials).toHaveLength(1);
    const add = (
      response: ReturnType<typeof administrator.authenticator.register>,
      id = challengeId,
    ) => code(finishAddPasskey(asAdministrator, { challengeId: id, response, label: "Key" }));
    const fresh = softwareAuthenticator(ctx.relyingParty);
    expect(await add(fresh.register(options, { origin: "https://evil.example" }))).toBe(
      "INVALID_CREDENTIALS",
    );
    expect(await add(fresh.register(options, { withoutUserVerification: true }))).toBe(
      "INVALID_CREDENTIALS",
    );
    expect(await add(fresh.register(options), randomUUID())).toBe("INVALID_CREDENTIALS");
    expect(await add(administrator.authenticator.register(options))).toBe("DUPLICATE");
    expect(
      await code(
        finishAddPasskey(asAdministrator, {
          challengeId,
          response: fresh.register(options),
          label: " ",
        }),
      ),
    ).toBe("INVALID_INPUT");
  });
});

describe("an authenticator app", () => {
  test("is enough for most, and not for administrators, who add a passkey then", async () => {
    const support = await invitedOperator(ctx, asAdministrator, "support");
    const app = await addTotp(ctx, await givePassword(ctx, support.email));
    expect(app.recoveryCodes).toHaveLength(10);
    expect(await authenticateOperator(ctx, app.token)).toMatchObject({
      factor: "totp",
      missing: null,
    });

    const { email } = await invitedOperator(ctx, asAdministrator);
    const first = await addTotp(ctx, await givePassword(ctx, email));
    expect(await authenticateOperator(ctx, first.token)).toMatchObject({ missing: "passkey" });
    const { token, recoveryCodes } = await addPasskey(ctx, first.token);
    expect(recoveryCodes).toEqual([]);
    expect(await authenticateOperator(ctx, token)).toMatchObject({ missing: null });
  });

  test("a code is good once, in whichever session; a wrong one never", async () => {
    const { email } = await invitedOperator(ctx, asAdministrator, "support");
    const { secret } = await addTotp(ctx, await givePassword(ctx, email));
    ctx.clock.advance(30_000);
    const first = await halfway(email);
    const second = await halfway(email);
    const totp = async () => ({ kind: "totp", code: await totpCode(ctx, secret) }) as const;
    const given = await totp();
    const outcomes = await Promise.all(
      [first, second].map((as) => code(passSecondFactor(as, given))),
    );
    expect(outcomes).toEqual(expect.arrayContaining(["INVALID_CREDENTIALS", "done"]));
    await waitOut(first.operatorSession.operatorId);
    ctx.clock.advance(30_000);
    const third = await halfway(email);
    for (const wrong of ["", "12345", "1234567", "abcdef", "000000"]) {
      const answer = await code(passSecondFactor(third, { kind: "totp", code: wrong }));
      expect(answer).toBe("INVALID_CREDENTIALS");
    }
    expect(await code(passSecondFactor(third, await totp()))).toBe("done");
  });

  test("a recovery code is good once, and new ones replace the old", async () => {
    const { email } = await invitedOperator(ctx, asAdministrator, "support");
    const app = await addTotp(ctx, await givePassword(ctx, email));
    const [one = "", two = ""] = app.recoveryCodes;
    const use = async (text: string) =>
      code(passSecondFactor(await halfway(email), { kind: "recovery_code", code: text }));
    expect(await use(one.toUpperCase().replaceAll("-", " "))).toBe("done");
    expect(await use(one)).toBe("INVALID_CREDENTIALS");
    const as = await withToken(ctx, app.token);
    expect((await readFactors(as, ctx.pool)).recoveryCodesLeft).toBe(9);
    const [fresh = ""] = await renewRecoveryCodes(as);
    expect(await use(two)).toBe("INVALID_CREDENTIALS");
    expect(await use(fresh)).toBe("done");
  });
});

describe("removing factors", () => {
  test("never the last one; for an administrator never the last passkey", async () => {
    const { email } = await invitedOperator(ctx, asAdministrator, "support");
    const app = await addTotp(ctx, await givePassword(ctx, email));
    const as = await withToken(ctx, app.token);
    expect(await code(removeFactor(as, { kind: "totp" }))).toBe("WRONG_STATE");
    const { token } = await addPasskey(ctx, app.token);
    const now = await withToken(ctx, token);
    expect(await code(removeFactor(now, { kind: "totp" }))).toBe("done");
    const [passkey] = (await readFactors(now, ctx.pool)).passkeys;
    const last = { kind: "passkey", id: passkey?.id ?? "" } as const;
    expect(await code(removeFactor(now, last))).toBe("WRONG_STATE");
    expect(await code(removeFactor(now, { kind: "passkey", id: randomUUID() }))).toBe("NOT_FOUND");
    // Theirs is not another's to remove.
    expect(await code(removeFactor(asAdministrator, last))).toBe("NOT_FOUND");
    await addTotp(ctx, administrator.token);
    const [own] = (await readFactors(asAdministrator, ctx.pool)).passkeys;
    const ownPasskey = { kind: "passkey", id: own?.id ?? "" } as const;
    expect(await code(removeFactor(asAdministrator, ownPasskey))).toBe("WRONG_STATE");
  });
});

describe("sessions", () => {
  const later = (ms: number) => ({
    ...ctx,
    clock: { now: () => new Date(ctx.clock.now().getTime() + ms) },
  });
  const whole = async () => {
    const { email } = await invitedOperator(ctx, asAdministrator, "viewer");
    return { email, ...(await addPasskey(ctx, await givePassword(ctx, email))) };
  };

  test("end after 15 minutes without use, and after 8 hours in any case", async () => {
    const { token } = await whole();
    const minute = 60_000;
    expect(await code(authenticateOperator(later(15 * minute), token))).toBe("UNAUTHENTICATED");
    let at = 0;
    for (; at < 8 * 60 * minute; at += 14 * minute) {
      expect(await code(authenticateOperator(later(at), token))).toBe("done");
    }
    expect(await code(authenticateOperator(later(8 * 60 * minute - 1), token))).toBe("done");
    expect(await code(authenticateOperator(later(8 * 60 * minute), token))).toBe("UNAUTHENTICATED");
  });

  test("are over at the next request when ended, or when the operator is suspended", async () => {
    const { email, token, authenticator } = await whole();
    const as = await withToken(ctx, token);
    const half = await halfway(email);
    const other = await passSecondFactor(half, await byPasskey(half, authenticator));
    const isThisOne = (await listOwnSessions(as)).map((session) => session.isThisOne);
    expect(isThisOne).toHaveLength(2);
    expect(isThisOne).toEqual(expect.arrayContaining([true, false]));
    await revokeOwnSessions(as, "others");
    expect(await code(authenticateOperator(ctx, other.token))).toBe("UNAUTHENTICATED");
    expect(await code(authenticateOperator(ctx, token))).toBe("done");
    expect(await code(revokeOwnSessions(asAdministrator, { id: as.operatorSession.id }))).toBe(
      "NOT_FOUND",
    );
    await superuser.query("UPDATE operators SET status = 'suspended' WHERE email = $1", [email]);
    expect(await code(authenticateOperator(ctx, token))).toBe("UNAUTHENTICATED");
    await superuser.query("UPDATE operators SET status = 'active' WHERE email = $1", [email]);
    await signOutOperator(as);
    await signOutOperator(as);
    expect(await code(authenticateOperator(ctx, token))).toBe("UNAUTHENTICATED");
    expect(await auditOf(as.operatorSession.operatorId)).toEqual([
      "operator_invite.accepted",
      "operator_session.started",
      "operator_passkey.added",
      "operator_session.completed",
      "operator_session.started",
      "operator_session.completed",
      "operator_session.ended",
      "operator_session.ended",
    ]);
  });

  test("one that is ended while its factor is checked does not become whole", async () => {
    const { email, authenticator } = await whole();
    const as = await halfway(email);
    const factor = await byPasskey(as, authenticator);
    await signOutOperator(as);
    expect(await code(passSecondFactor(as, factor))).toBe("UNAUTHENTICATED");
  });

  test("tokens that nobody was given", async () => {
    for (const token of [
      "",
      "x",
      randomBytes(32).toString("base64url"),
      "\u0000",
      "a".repeat(10_000),
    ]) {
      expect(await code(authenticateOperator(ctx, token))).toBe("UNAUTHENTICATED");
    }
  });
});

/** Failures make the next try wait: forgets them, so that a test does not wait for another. */
async function waitOut(operatorId: string): Promise<void> {
  const key = `operator-factor:${operatorId}`;
  await Promise.all(
    [
      ctx.rateLimits.passwordFreeTries,
      ctx.rateLimits.passwordFailures,
      ctx.rateLimits.passwordGate,
    ].map((limiter) => limiter.delete(key)),
  );
}
