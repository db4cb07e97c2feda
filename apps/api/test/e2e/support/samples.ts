import { randomUUID } from "node:crypto";
import { password } from "./people.ts";
import type { InputOf, Path } from "./wallet-client.ts";

type Samples = { [Name in Path]: InputOf<Name> & object } & { "transaction.onUpdate": object };

/**
 * An input that each procedure of the partners' router takes, were it not for who asks. The compiler asks for one entry
 * per procedure; a test asks for the rest.
 */
export function samplesFor(ids: {
  transactionId: string;
  bankAccountId: string;
}): Record<string, object> {
  const { transactionId, bankAccountId } = ids;
  const money = { amountMinor: 1_500n, currency: "ZAR" } as const;
  return {
    "user.register": {
      email: `sample-${randomUUID()}@example.com`,
      fullName: "Sipho Khumalo",
      phone: "+27 82 123 4567",
      password,
    },
    "user.me": {},
    "user.changePassword": {
      currentPassword: password,
      newPassword: "nine pale lizards at Sutherland",
    },
    "session.signIn": { email: "nobody@example.com", password, totpCode: "123456" },
    "session.refresh": { refreshToken: "a-token-that-nobody-was-given" },
    "session.signOut": {},
    "session.signOutEverywhere": { keepCurrent: true },
    "session.list": {},
    "totp.start": { password },
    "totp.confirm": { totpCode: "123456" },
    "totp.disable": { password, totpCode: "123456" },
    "bankAccount.add": {
      branchCode: "250655",
      accountNumber: "62000012345",
      accountHolder: "Sipho Khumalo",
      accountType: "current",
    },
    "bankAccount.list": {},
    "bankAccount.remove": { bankAccountId },
    "balance.get": { currency: "ZAR" },
    "deposit.create": {
      ...money,
      returnUrl: "http://localhost:5173/paid",
      idempotencyKey: randomUUID(),
    },
    "deposit.get": { transactionId },
    "deposit.cancel": { transactionId },
    "deposit.list": { limit: 5 },
    "withdrawal.create": { ...money, bankAccountId, idempotencyKey: randomUUID() },
    "withdrawal.get": { transactionId },
    "withdrawal.cancel": { transactionId },
    "transaction.list": {
      kinds: ["deposit"],
      statuses: ["completed"],
      from: new Date(0),
      to: new Date(),
      minAmountMinor: 1n,
      maxAmountMinor: 5n,
      limit: 5,
    },
    "transaction.get": { transactionId },
    "transaction.onUpdate": { lastEventId: "1-1" },
  } satisfies Samples;
}

/** The same for the operators' router. */
export function operatorSamplesFor(ids: {
  transactionId: string;
  userId: string;
}): Record<string, object> {
  const { transactionId, userId } = ids;
  const passkey = {
    id: "AAAA",
    rawId: "AAAA",
    type: "public-key",
    clientExtensionResults: {},
  };
  const signature = {
    challengeId: transactionId,
    response: {
      ...passkey,
      response: { clientDataJSON: "AAAA", authenticatorData: "AAAA", signature: "AAAA" },
    },
  };
  const action = { procedure: "withdrawal.decide", input: { transactionId } };
  return {
    "session.start": { email: "nobody@staff.example", password: "not the right one" },
    "session.get": {},
    "session.requestPasskey": {},
    "session.passFactor": { factor: { kind: "passkey", proof: signature } },
    "session.signOut": {},
    "session.list": {},
    "session.revoke": { sessionId: transactionId },
    "session.revokeOthers": {},
    "factor.get": {},
    "factor.beginPasskey": {},
    "factor.finishPasskey": {
      challengeId: transactionId,
      label: "Sample",
      response: { ...passkey, response: { clientDataJSON: "AAAA", attestationObject: "AAAA" } },
    },
    "factor.beginTotp": {},
    "factor.finishTotp": { code: "123456" },
    "factor.removePasskey": { passkeyId: transactionId },
    "factor.removeTotp": {},
    "factor.renewRecoveryCodes": {},
    "stepUp.begin": action,
    "stepUp.grant": { action, factor: { kind: "totp", code: "123456" } },
    "invite.get": { token: "nobody was given this" },
    "invite.accept": { token: "nobody was given this", password: "seven herons crossing" },
    "invite.create": { email: "new@staff.example", displayName: "A Sample", role: "viewer" },
    "invite.list": {},
    "invite.revoke": { email: "new@staff.example" },
    "approval.list": { view: "all", kind: "adjustment", state: "requested", limit: 5 },
    "approval.get": { approvalId: transactionId },
    "approval.withdraw": { approvalId: transactionId, reason: "A sample of a reason" },
    "operator.list": { role: "viewer", status: "active", limit: 5 },
    "operator.get": { operatorId: userId },
    "operator.matrix": {},
    "operator.requestChange": {
      operatorId: userId,
      change: { role: "viewer" },
      reason: "A sample of a reason",
      idempotencyKey: randomUUID(),
    },
    "operator.decideChange": {
      approvalId: transactionId,
      decision: "rejected",
      reason: "A sample of a reason",
    },
    "operator.requestInvitation": {
      email: "new@staff.example",
      displayName: "A Sample",
      role: "operator",
      reason: "A sample of a reason",
      idempotencyKey: randomUUID(),
    },
    "operator.listSessions": { operatorId: userId },
    "operator.revokeSessions": { operatorId: userId, reason: "A sample of a reason" },
    "setting.get": {},
    "setting.requestChange": {
      change: { setting: "limits", kind: "deposit", currency: "ZAR", feeMinor: 1n },
      reason: "A sample of a reason",
      idempotencyKey: randomUUID(),
    },
    "setting.decideChange": {
      approvalId: transactionId,
      decision: "rejected",
      reason: "A sample of a reason",
    },
    "withdrawal.decide": { decision: "rejected", transactionId, reason: "A sample of a reason" },
    "withdrawal.cancel": { transactionId, reason: "A sample of a reason" },
    "payout.requestResolution": {
      transactionId,
      outcome: "not_executed",
      reason: "A sample of a reason",
      idempotencyKey: randomUUID(),
    },
    "payout.decideResolution": {
      approvalId: transactionId,
      decision: "rejected",
      reason: "A sample of a reason",
    },
    "break.list": { state: "open", ownerId: userId, transactionId, limit: 5 },
    "break.compare": { breakId: transactionId },
    "break.summary": {},
    "break.assignMany": { breaks: [{ breakId: transactionId, version: 1 }], ownerId: null },
    "break.resolveMatch": {
      breaks: [
        { breakId: transactionId, version: 1 },
        { breakId: userId, version: 1 },
      ],
      reason: "A sample of a reason",
      idempotencyKey: randomUUID(),
    },
    "suspense.list": { state: "held", limit: 5 },
    "break.get": { breakId: transactionId },
    "break.assign": { breakId: transactionId, ownerId: null },
    "break.addNote": { breakId: transactionId, note: "A sample of a note" },
    "adjustment.request": {
      debitAccount: "house:adjustments:ZAR",
      creditAccount: "house:revio_float:ZAR",
      amountMinor: 100n,
      reason: "A sample of a reason",
      idempotencyKey: randomUUID(),
    },
    "adjustment.decide": {
      approvalId: transactionId,
      decision: "rejected",
      reason: "A sample of a reason",
    },
    "reconciliation.start": {
      kind: "objects",
      windowFrom: new Date("2026-01-01T00:00:00Z"),
      windowTo: new Date("2026-01-02T00:00:00Z"),
    },
    "reconciliation.list": { before: transactionId, limit: 5 },
    "reconciliation.figures": { runId: transactionId },
    "reconciliation.listLines": { runId: transactionId, verdict: "break", limit: 5 },
    "reconciliation.get": { runId: transactionId },
    "outgoing.stop": { reason: "A sample of a reason" },
    "outgoing.resume": { reason: "A sample of a reason" },
    "outgoing.get": {},
    "home.get": {},
    "home.series": { per: "day", from: new Date(Date.now() - 86_400_000), to: new Date() },
    "transaction.list": { kinds: ["deposit"], statuses: ["completed"], userId, limit: 5 },
    "transaction.get": { transactionId },
    "transaction.timeline": { transactionId },
    "transaction.entries": { transactionId },
    "transaction.addNote": {
      transactionId,
      note: "A sample of a note",
      idempotencyKey: randomUUID(),
    },
    "transaction.previewBulkNote": { selection: { transactionIds: [transactionId] } },
    "transaction.bulkNote": {
      transactionIds: [transactionId],
      reason: "A sample of a note",
      idempotencyKey: randomUUID(),
    },
    "transaction.previewBulkCancel": { selection: { filter: { userId } } },
    "transaction.bulkCancel": {
      transactionIds: [transactionId],
      reason: "A sample of a reason",
      idempotencyKey: randomUUID(),
    },
    "view.list": { list: "transactions" },
    "view.save": {
      viewId: randomUUID(),
      list: "transactions",
      name: "A sample",
      isShared: false,
      filters: { kind: "deposit" },
    },
    "view.delete": { viewId: transactionId },
    "integrity.get": {},
    "dayClose.list": { before: "2026-01-02", limit: 5 },
    "dayClose.get": { businessOn: "2026-01-01" },
    "user.list": { status: "active", isFrozen: true, from: new Date(0), to: new Date(), limit: 5 },
    "user.get": { userId },
    "user.balancesAsOf": { userId, currency: "ZAR", at: new Date(0) },
    "user.statement": { userId, currency: "ZAR", from: new Date(0), to: new Date(), limit: 5 },
    "user.sessions": { userId, limit: 5 },
    "user.revokeSessions": { userId, sessionId: transactionId, reason: "A sample of a reason" },
    "user.bankAccounts": { userId },
    "user.reveal": { userId, reason: "A sample of a reason" },
    "bankAccount.reveal": { bankAccountId: transactionId, reason: "A sample of a reason" },
    "ledger.accounts": { userId },
    "ledger.accountStatement": { accountCode: "house:revio_float:ZAR", limit: 5 },
    "ledger.journal": { event: "deposit.completed", from: new Date(0), to: new Date(), limit: 5 },
    "ledger.entry": { journalEntryId: transactionId },
    "ledger.trialBalance": { asOf: new Date(0) },
    "search.find": { text: transactionId },
    "user.freezeOutgoing": { userId, reason: "A sample of a reason" },
    "user.unfreezeOutgoing": { userId, reason: "A sample of a reason" },
    "user.suspend": { userId, reason: "A sample of a reason" },
    "webhook.list": { state: "parked", eventType: "purchase.paid", limit: 5 },
    "webhook.listDeliveries": { verdict: "invalid_signature", limit: 5 },
    "webhook.get": { providerEventId: transactionId },
    "webhook.overview": { hours: 24 },
    "webhook.readBack": { providerEventId: transactionId },
    "webhook.reveal": { providerEventId: transactionId, reason: "A sample of a reason" },
    "webhook.previewReprocess": { scope: { ids: [transactionId] } },
    "webhook.reprocess": {
      scope: { ids: [transactionId] },
      reason: "A sample of a reason",
      idempotencyKey: randomUUID(),
    },
    "providerCall.list": { outcome: "in_doubt", limit: 5 },
    "queue.list": {},
    "queue.listJobs": { queue: "transaction.sweep", state: "ready", limit: 5 },
    "audit.list": { action: "break.noted", limit: 5 },
    "audit.get": { sequence: 1n },
    "audit.listWords": {},
    "audit.getChain": {},
    "audit.verify": { links: 1 },
    "live.events": { lastEventId: "1-1-1-1-1" },
    "job.get": { jobId: transactionId },
    "job.previewRedrive": { queue: "transaction.sweep" },
    "job.listDeadLetters": {},
    "job.redrive": { queue: "transaction.sweep", reason: "A sample of a reason" },
    "user.reactivate": { userId, reason: "A sample of a reason" },
  };
}
