import { randomBytes, randomUUID } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { Client } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { acceptInvite, getInvite } from "../../../src/operator-session/accept-invite.ts";
import {
  inviteFirstOperator,
  inviteOperator,
  revokeInvite,
} from "../../../src/operator-session/invite-operator.ts";
import type { OperatorSessionContext } from "../../../src/operator-session/operator-session.ts";
import { anyAddress } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";
import {
  addPasskey,
  code,
  givePassword,
  invitedOperator,
  operatorPassword,
  withToken,
} from "./operator-world.ts";

let db: TestDatabase;
let superuser: Client;
let ctx: Awaited<ReturnType<typeof testContext>>;
let asAdministrator: OperatorSessionContext;

beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  superuser = new Client({ connectionString: db.superuserUrl });
  await superuser.connect();
  ctx = await testContext(db);
  const { email } = await invitedOperator(ctx, undefined);
  const { token } = await addPasskey(ctx, await givePassword(ctx, email));
  asAdministrator = await withToken(ctx, token);
});
afterAll(async () => {
  await superuser.end();
  await ctx.reader.$disconnect();
  await db.drop();
});

test("the first is given once there is nobody, and by a command alone", async () => {
  const first = { email: "late@wallet.example", displayName: "Too Late" };
  expect(await code(inviteFirstOperator(ctx, first))).toBe("WRONG_STATE");
});

test("an invitation shows whom it is for, is good once, and makes an operator of its role", async () => {
  const person = { email: "Sipho@Wallet.example", displayName: " Sipho  Khumalo " };
  const { token } = await inviteOperator(asAdministrator, { ...person, role: "support" });
  const from = { token, ipAddress: anyAddress() };
  expect(await getInvite(ctx, from)).toMatchObject({
    email: "sipho@wallet.example",
    displayName: "Sipho Khumalo",
    role: "support",
  });
  const accept = () => acceptInvite(ctx, { ...from, password: operatorPassword });
  const outcomes = await Promise.allSettled([accept(), accept(), accept()]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await code(accept())).toBe("NOT_FOUND");
  const { rows } = await superuser.query(
    "SELECT role, status FROM operators WHERE email = 'sipho@wallet.example'",
  );
  expect(rows).toEqual([{ role: "support", status: "active" }]);
  expect(await code(inviteOperator(asAdministrator, { ...person, role: "viewer" }))).toBe(
    "DUPLICATE",
  );
});

test("too old, taken back, replaced by a later one, or made up: not open", async () => {
  const person = () => ({
    email: `${randomUUID()}@wallet.example`,
    displayName: "Somebody",
    role: "viewer" as const,
  });
  const open = (token: string) =>
    code(acceptInvite(ctx, { token, password: operatorPassword, ipAddress: anyAddress() }));
  const replaced = person();
  const { token: earlier } = await inviteOperator(asAdministrator, replaced);
  const { token: later } = await inviteOperator(asAdministrator, replaced);
  expect(await open(earlier)).toBe("NOT_FOUND");
  expect(await open(later)).toBe("done");
  const back = person();
  const { token: takenBack } = await inviteOperator(asAdministrator, back);
  await revokeInvite(asAdministrator, back);
  expect(await open(takenBack)).toBe("NOT_FOUND");
  expect(await code(revokeInvite(asAdministrator, back))).toBe("NOT_FOUND");
  expect(await open(randomBytes(32).toString("base64url"))).toBe("NOT_FOUND");
  const other = await testContext(db, { keyring: ctx.keyring });
  const { token: old } = await inviteOperator({ ...asAdministrator, clock: other.clock }, person());
  const then = new Date(other.clock.now().getTime() + 3 * 24 * 3_600_000);
  const late = { ...ctx, clock: { now: () => then } };
  const input = { token: old, password: operatorPassword, ipAddress: anyAddress() };
  expect(await code(acceptInvite(late, input))).toBe("NOT_FOUND");
});

test("only an active administrator invites, also with SQL as the application", async () => {
  const { email } = await invitedOperator(ctx, asAdministrator, "support");
  const { token } = await addPasskey(ctx, await givePassword(ctx, email));
  const support = await withToken(ctx, token);
  const person = { email: "x@wallet.example", displayName: "X", role: "administrator" as const };
  expect(await code(inviteOperator(support, person))).toBe("FORBIDDEN");
  expect(await code(inviteOperator({ ...ctx, actor: ctx.actor }, person))).toBe("FORBIDDEN");
  const insert = (invitedBy: string | null) =>
    code(
      db.pool.query(
        `INSERT INTO operator_invites (id, email, display_name, role, token_hash, invited_by, invited_at, expires_at)
         VALUES (gen_random_uuid(), 'y@wallet.example', 'Y', 'administrator', sha256('y'), $1, now(), now() + interval '1 day')`,
        [invitedBy],
      ),
    );
  expect(await insert(null)).toBe("42501");
  expect(await insert(support.operatorSession.operatorId)).toBe("42501");
  const write = "INSERT INTO operators (id, email, display_name, role, status, created_at)";
  expect(
    await code(
      db.pool.query(
        `${write} VALUES (gen_random_uuid(), 'z@w.example', 'Z', 'administrator', 'active', now())`,
      ),
    ),
  ).toBe("42501");
  expect(await code(db.pool.query("UPDATE operators SET role = 'administrator'"))).toBe("42501");
});

test("a password that everybody tries first is refused, and the invitation stays open", async () => {
  const person = { email: `${randomUUID()}@wallet.example`, displayName: "Lerato Mokoena" };
  const { token } = await inviteOperator(asAdministrator, { ...person, role: "viewer" });
  const from = { token, ipAddress: anyAddress() };
  expect(await code(acceptInvite(ctx, { ...from, password: "leratomokoena2026" }))).toBe(
    "INVALID_INPUT",
  );
  expect(await code(acceptInvite(ctx, { ...from, password: operatorPassword }))).toBe("done");
});
