import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { listUserBankAccounts } from "../../../src/bank-account/list-user-bank-accounts.ts";
import { revealBankAccount } from "../../../src/bank-account/reveal-bank-account.ts";
import { removeBankAccount } from "../../../src/bank-account/remove-bank-account.ts";
import { openBreak } from "../../../src/reconciliation/open-break.ts";
import { authenticate } from "../../../src/session/authenticate.ts";
import { listUserSessions } from "../../../src/session/list-user-sessions.ts";
import { revokeUserSessions } from "../../../src/session/revoke-user-sessions.ts";
import { signIn } from "../../../src/session/sign-in.ts";
import { freezeUserOutgoing } from "../../../src/user/freeze-user-outgoing.ts";
import { getUser } from "../../../src/user/get-user.ts";
import { listUsers, type UserFilter } from "../../../src/user/list-users.ts";
import { revealUserContact } from "../../../src/user/reveal-user-contact.ts";
import { suspendUser } from "../../../src/user/suspend-user.ts";
import { unfreezeOutgoing } from "../../../src/user/unfreeze-outgoing.ts";
import { operator, registeredUser, signedInUser } from "../../registered-user.ts";
import { tamper } from "../../world/assurance.ts";
import { type MoneyWorld, startMoneyWorld, type WorldContext } from "../../world/money-world.ts";

let world: MoneyWorld;
let viewer: WorldContext;
let support: WorldContext;
let administrator: WorldContext;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  viewer = await operator(world.ctx, world.superuser, "viewer");
  support = await operator(world.ctx, world.superuser, "support");
  administrator = await operator(world.ctx, world.superuser, "administrator");
});
afterAll(() => world.close());

const reason = "Asked for it on the telephone";

interface AuditRow {
  action: string;
  details: Record<string, unknown>;
}
/** What was recorded of a subject, without what registering leaves behind. */
async function auditOf(subjectId: string): Promise<AuditRow[]> {
  const { rows } = await world.superuser.query<AuditRow>(
    "SELECT action, details FROM audit_events WHERE subject_id = $1 AND actor_kind = 'operator' ORDER BY sequence",
    [subjectId],
  );
  return rows;
}

async function all(filter: Omit<UserFilter, "limit" | "cursor">): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listUsers(viewer, { ...filter, cursor, limit: 2 });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

async function idsWhere(condition: string): Promise<string[]> {
  const { rows } = await world.superuser.query<{ id: string }>(
    `SELECT id FROM users WHERE ${condition} ORDER BY created_at DESC, id DESC`,
  );
  return rows.map(({ id }) => id);
}

describe("C10 the list of users", () => {
  const ids: string[] = [];
  beforeAll(async () => {
    for (let nth = 0; nth < 5; nth++) {
      ids.push((await registeredUser(world.ctx)).user.id);
      await world.advance(1_000);
    }
    await suspendUser(support, { userId: ids[1] ?? "", reason });
    await freezeUserOutgoing(administrator, { userId: ids[2] ?? "", reason });
  });

  test("the newest first, without gap or repeat; by status, by freeze, by time of registration", async () => {
    expect(await all({})).toEqual(await idsWhere("true"));
    expect(await all({ status: "active" })).toEqual(await idsWhere("status = 'active'"));
    expect(await all({ status: "suspended" })).toEqual([ids[1]]);
    expect(await all({ isFrozen: true })).toEqual([ids[2]]);
    expect(await all({ isFrozen: true, status: "suspended" })).toEqual([]);
    const { items } = await listUsers(viewer, { limit: 100 });
    const at = (id: string | undefined) => items.find((one) => one.id === id)?.createdAt as Date;
    expect(await all({ from: at(ids[1]), to: at(ids[3]) })).toEqual([ids[2], ids[1]]);
  });

  test("by the whole e-mail address, in any case; a part of one finds nobody", async () => {
    const { user, email } = await registeredUser(world.ctx);
    expect(await all({ email: ` ${email.toUpperCase()} ` })).toEqual([user.id]);
    for (const text of [email.slice(1), "nobody@example.com", "no address"]) {
      expect(await all({ email: text })).toEqual([]);
    }
  });

  test("C33 contact data is masked, and what cannot be opened hides nobody else", async () => {
    const given = { email: "lerato@mokoena.example", fullName: "Lerato Mokoena" };
    const { user } = await registeredUser(world.ctx, { ...given, phone: "+27821234567" });
    await world.advance(1_000);
    const { user: broken } = await registeredUser(world.ctx);
    await tamper(
      world,
      `UPDATE users SET email_ciphertext = full_name_ciphertext WHERE id = '${broken.id}'`,
    );
    const { items } = await listUsers(viewer, { limit: 2 });
    expect(items.map(({ id, contact }) => [id, contact])).toEqual([
      [broken.id, null],
      [user.id, { email: "l•••@m•••.example", fullName: "L••• M•••", phone: "+27 ••• 67" }],
    ]);
    const line = world.logged.find(({ fields }) => fields["userId"] === broken.id);
    expect(line?.message).toBe("contact data cannot be opened");
  });
});

describe("one user", () => {
  test("balances, transactions, breaks, who froze and suspended and why; as the tables say", async () => {
    const customer = await world.customer();
    const { userId } = customer;
    const deposit = await world.fund(customer, 50_000n);
    await world.withdraw(customer, 7_000n);
    await world.settle();
    const fresh = await getUser(viewer, { userId });
    expect(fresh).toMatchObject({ id: userId, status: "active", freeze: null, statusChange: null });
    await freezeUserOutgoing(administrator, { userId, reason: "Chargebacks" });
    await suspendUser(support, { userId, reason: "Lost telephone" });
    const breakOf = (subject: string, transactionId?: string) =>
      withTransaction(world.ctx.pool, (tx) =>
        openBreak(world.ctx, tx, {
          class: "amount_mismatch",
          severity: "warning",
          subject,
          ...(transactionId === undefined ? {} : { transactionId }),
          evidence: {},
          openedBy: "checker",
        }),
      );
    const breaks = [
      await breakOf(`purchase:${randomUUID()}`, deposit.id),
      await breakOf(`account:user:${userId}:available:ZAR`),
    ];
    await breakOf(`account:user:${randomUUID()}:available:ZAR`);
    const found = await getUser(viewer, { userId });
    expect(found).toMatchObject({
      status: "suspended",
      outgoingFrozenReason: "Chargebacks",
      totpEnabled: false,
      freeze: { reason: "Chargebacks", actorId: administrator.actor.id, actorName: "Op" },
      statusChange: {
        action: "user.suspended",
        reason: "Lost telephone",
        actorId: support.actor.id,
      },
      balances: [
        { currency: "ZAR", availableMinor: 43_000n, pendingMinor: 0n, receivableMinor: 0n },
      ],
      transactions: [
        { kind: "deposit", status: "completed", count: 1n },
        { kind: "withdrawal", status: "completed", count: 1n },
      ],
    });
    expect(found.openBreaks.map(({ id }) => id).sort()).toEqual(breaks.sort());
    await unfreezeOutgoing(administrator, { userId, reason });
    expect(await getUser(viewer, { userId })).toMatchObject({
      freeze: null,
      outgoingFrozenAt: null,
    });
  });

  test("that is not there", async () => {
    await expect(getUser(viewer, { userId: randomUUID() })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("C33 C60 personal data is revealed for a reason, and that is on record", () => {
  test("contact data of a user", async () => {
    const phone = "+27821234567";
    const { user, email } = await registeredUser(world.ctx, { phone });
    const found = await revealUserContact(support, { userId: user.id, reason });
    expect(found).toEqual({ email, fullName: "Thandi Nkosi", phone });
    expect(await auditOf(user.id)).toEqual([
      { action: "user.contact_revealed", details: { reason } },
    ]);
  });

  test("number and holder of a bank account, also of a removed one", async () => {
    const customer = await world.customer();
    const { userId, bankAccountId, accountNumber } = customer;
    await removeBankAccount(customer.as, { bankAccountId });
    expect(await listUserBankAccounts(viewer, { userId })).toMatchObject([
      {
        id: bankAccountId,
        status: "removed",
        maskedAccountNumber: `•••• ${accountNumber.slice(-4)}`,
      },
    ]);
    const found = await revealBankAccount(support, { bankAccountId, reason });
    expect(found).toEqual({ accountNumber, accountHolder: "Thandi Nkosi" });
    expect(await auditOf(bankAccountId)).toEqual([
      { action: "bank_account.revealed", details: { userId, reason } },
    ]);
  });

  test("what is not shown is not recorded as shown: no right, no such thing, bytes that somebody changed", async () => {
    const { userId, bankAccountId } = await world.customer();
    await expect(revealUserContact(viewer, { userId, reason })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(revealBankAccount(viewer, { bankAccountId, reason })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    const missing = { code: "NOT_FOUND" };
    await expect(
      revealUserContact(support, { userId: randomUUID(), reason }),
    ).rejects.toMatchObject(missing);
    await expect(
      revealBankAccount(support, { bankAccountId: randomUUID(), reason }),
    ).rejects.toMatchObject(missing);
    await tamper(
      world,
      `UPDATE users SET email_ciphertext = full_name_ciphertext WHERE id = '${userId}';
       UPDATE bank_accounts SET account_number_ciphertext = account_holder_ciphertext WHERE id = '${bankAccountId}'`,
    );
    await expect(revealUserContact(support, { userId, reason })).rejects.toThrow();
    await expect(revealBankAccount(support, { bankAccountId, reason })).rejects.toThrow();
    expect(await auditOf(userId)).toEqual([]);
    expect(await auditOf(bankAccountId)).toEqual([]);
  });

  test("nobody copies the customers one by one", async () => {
    const curious = await operator(world.ctx, world.superuser, "support");
    const { user } = await registeredUser(world.ctx);
    const ask = () => revealUserContact(curious, { userId: user.id, reason });
    for (let nth = 0; nth < 30; nth++) await ask();
    await expect(ask()).rejects.toMatchObject({ code: "RATE_LIMITED" });
    expect(await auditOf(user.id)).toHaveLength(30);
    // Another operator's count is another.
    await revealUserContact(support, { userId: user.id, reason });
  });
});

describe("sessions of a user", () => {
  test("listed with what became of them; one is ended, then all; what is over stays as it is", async () => {
    const { user, email, password, tokens } = await signedInUser(world.ctx);
    const userId = user.id;
    const { sessionId } = await authenticate(world.ctx, tokens.accessToken);
    const second = await signedInUser(world.ctx);
    const { sessionId: foreign } = await authenticate(world.ctx, second.tokens.accessToken);
    const revoke = (input: { sessionId?: string }) =>
      revokeUserSessions(support, { userId, reason, ...input });

    await expect(revoke({ sessionId: foreign })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(revoke({ sessionId: randomUUID() })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(revokeUserSessions(viewer, { userId, sessionId, reason })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });

    expect(await revoke({ sessionId })).toEqual({ endedSessions: 1 });
    await expect(authenticate(world.ctx, tokens.accessToken)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    expect(await revoke({ sessionId })).toEqual({ endedSessions: 0 });

    for (let nth = 0; nth < 2; nth++) {
      await world.advance(1_000);
      await signIn(world.ctx, { email, password, ipAddress: "192.0.2.9" });
    }
    expect(await revoke({})).toEqual({ endedSessions: 2 });
    const { items, nextCursor } = await listUserSessions(viewer, { userId, limit: 2 });
    const rest = await listUserSessions(viewer, {
      userId,
      cursor: nextCursor ?? undefined,
      limit: 2,
    });
    const listed = [...items, ...rest.items];
    expect(listed.map(({ isOpen, endReason }) => [isOpen, endReason])).toEqual([
      [false, "revoked"],
      [false, "revoked"],
      [false, "revoked"],
    ]);
    expect(listed.at(-1)?.id).toBe(sessionId);
    expect(await auditOf(userId)).toEqual([
      { action: "user.session_revoked", details: { reason, endedSessions: 1, sessionId } },
      { action: "user.sessions_revoked", details: { reason, endedSessions: 2 } },
    ]);
    await authenticate(world.ctx, second.tokens.accessToken);
  });

  test("one that ran out is not open, though nobody ended it", async () => {
    const { user } = await signedInUser(world.ctx);
    const open = async () =>
      (await listUserSessions(viewer, { userId: user.id, limit: 5 })).items.map(
        ({ isOpen }) => isOpen,
      );
    expect(await open()).toEqual([true]);
    await world.advance(400 * 24 * 3_600_000);
    expect(await open()).toEqual([false]);
  });
});
