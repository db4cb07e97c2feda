import { router } from "../init.ts";
import { decide as decideAdjustment } from "./adjustment/decide.ts";
import { request as requestAdjustment } from "./adjustment/request.ts";
import { reveal as revealBankAccount } from "./bank-account/reveal.ts";
import { get as getAuditEvent } from "./audit/get.ts";
import { getChain as getAuditChain } from "./audit/get-chain.ts";
import { list as listAuditEvents } from "./audit/list.ts";
import { listWords as listAuditWords } from "./audit/list-words.ts";
import { verify as verifyAudit } from "./audit/verify.ts";
import { get as getApproval } from "./approval/get.ts";
import { list as listApprovals } from "./approval/list.ts";
import { withdraw as withdrawApproval } from "./approval/withdraw.ts";
import { addNote } from "./break/add-note.ts";
import { assignMany } from "./break/assign-many.ts";
import { assign } from "./break/assign.ts";
import { compare as compareBreak } from "./break/compare.ts";
import { get as getBreak } from "./break/get.ts";
import { list as listBreaks } from "./break/list.ts";
import { resolveMatch } from "./break/resolve-match.ts";
import { summary as summarizeBreaks } from "./break/summary.ts";
import { get as getDayClose } from "./day-close/get.ts";
import { list as listDayCloses } from "./day-close/list.ts";
import { beginPasskey } from "./factor/begin-passkey.ts";
import { beginTotp } from "./factor/begin-totp.ts";
import { finishPasskey } from "./factor/finish-passkey.ts";
import { finishTotp } from "./factor/finish-totp.ts";
import { get as getFactors } from "./factor/get.ts";
import { removePasskey } from "./factor/remove-passkey.ts";
import { removeTotp } from "./factor/remove-totp.ts";
import { renewRecoveryCodes } from "./factor/renew-recovery-codes.ts";
import { get as getHome } from "./home/get.ts";
import { series } from "./home/series.ts";
import { get as getIntegrity } from "./integrity/get.ts";
import { accept as acceptInvite } from "./invite/accept.ts";
import { create as createInvite } from "./invite/create.ts";
import { get as getInvite } from "./invite/get.ts";
import { list as listInvites } from "./invite/list.ts";
import { revoke as revokeInvite } from "./invite/revoke.ts";
import { get as getJob } from "./job/get.ts";
import { previewRedrive } from "./job/preview-redrive.ts";
import { listDeadLetters } from "./job/list-dead-letters.ts";
import { redrive } from "./job/redrive.ts";
import { accountStatement } from "./ledger/account-statement.ts";
import { accounts } from "./ledger/accounts.ts";
import { entry } from "./ledger/entry.ts";
import { journal } from "./ledger/journal.ts";
import { trialBalance } from "./ledger/trial-balance.ts";
import { events as liveEvents } from "./live/events.ts";
import { decideChange as decideOperatorChange } from "./operator/decide-change.ts";
import { get as getOperator } from "./operator/get.ts";
import { listSessions as listSessionsOfOperator } from "./operator/list-sessions.ts";
import { list as listOperators } from "./operator/list.ts";
import { matrix } from "./operator/matrix.ts";
import { requestChange as requestOperatorChange } from "./operator/request-change.ts";
import { requestInvitation } from "./operator/request-invitation.ts";
import { revokeSessions as revokeSessionsOfOperator } from "./operator/revoke-sessions.ts";
import { get as getOutgoing } from "./outgoing/get.ts";
import { resume } from "./outgoing/resume.ts";
import { stop } from "./outgoing/stop.ts";
import { decideResolution } from "./payout/decide-resolution.ts";
import { requestResolution } from "./payout/request-resolution.ts";
import { list as listProviderCalls } from "./provider-call/list.ts";
import { list as listQueues } from "./queue/list.ts";
import { listJobs } from "./queue/list-jobs.ts";
import { figures } from "./reconciliation/figures.ts";
import { get as getRun } from "./reconciliation/get.ts";
import { listLines } from "./reconciliation/list-lines.ts";
import { list as listRuns } from "./reconciliation/list.ts";
import { start as startRun } from "./reconciliation/start.ts";
import { find } from "./search/find.ts";
import { get as getSession } from "./session/get.ts";
import { list as listSessions } from "./session/list.ts";
import { passFactor } from "./session/pass-factor.ts";
import { requestPasskey } from "./session/request-passkey.ts";
import { revokeOthers } from "./session/revoke-others.ts";
import { revoke as revokeSession } from "./session/revoke.ts";
import { signOut } from "./session/sign-out.ts";
import { start as startSession } from "./session/start.ts";
import { decideChange as decideSettingChange } from "./setting/decide-change.ts";
import { get as getSettings } from "./setting/get.ts";
import { requestChange as requestSettingChange } from "./setting/request-change.ts";
import { begin as beginStepUp } from "./step-up/begin.ts";
import { grant as grantStepUp } from "./step-up/grant.ts";
import { addNote as addTransactionNote } from "./transaction/add-note.ts";
import { bulkCancel } from "./transaction/bulk-cancel.ts";
import { bulkNote } from "./transaction/bulk-note.ts";
import { entries } from "./transaction/entries.ts";
import { get as getTransaction } from "./transaction/get.ts";
import { list as listTransactions } from "./transaction/list.ts";
import { previewBulkCancel } from "./transaction/preview-bulk-cancel.ts";
import { previewBulkNote } from "./transaction/preview-bulk-note.ts";
import { timeline } from "./transaction/timeline.ts";
import { balancesAsOf } from "./user/balances-as-of.ts";
import { bankAccounts } from "./user/bank-accounts.ts";
import { list as listSuspense } from "./suspense/list.ts";
import { freezeOutgoing } from "./user/freeze-outgoing.ts";
import { get as getUser } from "./user/get.ts";
import { list as listUsers } from "./user/list.ts";
import { reactivate } from "./user/reactivate.ts";
import { reveal as revealUser } from "./user/reveal.ts";
import { revokeSessions } from "./user/revoke-sessions.ts";
import { sessions } from "./user/sessions.ts";
import { statement } from "./user/statement.ts";
import { suspend } from "./user/suspend.ts";
import { unfreezeOutgoing } from "./user/unfreeze-outgoing.ts";
import { remove as deleteView } from "./view/delete.ts";
import { list as listViews } from "./view/list.ts";
import { save as saveView } from "./view/save.ts";
import { get as getWebhook } from "./webhook/get.ts";
import { list as listWebhooks } from "./webhook/list.ts";
import { listDeliveries } from "./webhook/list-deliveries.ts";
import { overview as webhookOverview } from "./webhook/overview.ts";
import { previewReprocess } from "./webhook/preview-reprocess.ts";
import { readBack } from "./webhook/read-back.ts";
import { reprocess } from "./webhook/reprocess.ts";
import { reveal as revealWebhook } from "./webhook/reveal.ts";
import { cancel } from "./withdrawal/cancel.ts";
import { decide } from "./withdrawal/decide.ts";

/**
 * What operators do, under /internal/trpc. The caller is the console's server: it holds the service token, and sends the
 * operator's session in `x-operator-session`. Each verb reads the operator's role from the database.
 */
export const operatorRouter = router({
  session: router({
    start: startSession,
    get: getSession,
    requestPasskey,
    passFactor,
    signOut,
    list: listSessions,
    revoke: revokeSession,
    revokeOthers,
  }),
  factor: router({
    get: getFactors,
    beginPasskey,
    finishPasskey,
    beginTotp,
    finishTotp,
    removePasskey,
    removeTotp,
    renewRecoveryCodes,
  }),
  stepUp: router({ begin: beginStepUp, grant: grantStepUp }),
  invite: router({
    get: getInvite,
    accept: acceptInvite,
    create: createInvite,
    list: listInvites,
    revoke: revokeInvite,
  }),
  home: router({ get: getHome, series }),
  transaction: router({
    list: listTransactions,
    get: getTransaction,
    timeline,
    entries,
    addNote: addTransactionNote,
    previewBulkNote,
    bulkNote,
    previewBulkCancel,
    bulkCancel,
  }),
  view: router({ list: listViews, save: saveView, delete: deleteView }),
  withdrawal: router({ decide, cancel }),
  payout: router({ requestResolution, decideResolution }),
  break: router({
    list: listBreaks,
    get: getBreak,
    compare: compareBreak,
    summary: summarizeBreaks,
    assign,
    assignMany,
    addNote,
    resolveMatch,
  }),
  user: router({
    list: listUsers,
    get: getUser,
    balancesAsOf,
    statement,
    sessions,
    revokeSessions,
    bankAccounts,
    reveal: revealUser,
    suspend,
    reactivate,
    freezeOutgoing,
    unfreezeOutgoing,
  }),
  bankAccount: router({ reveal: revealBankAccount }),
  ledger: router({ accounts, accountStatement, journal, entry, trialBalance }),
  search: router({ find }),
  outgoing: router({ stop, resume, get: getOutgoing }),
  integrity: router({ get: getIntegrity }),
  dayClose: router({ list: listDayCloses, get: getDayClose }),
  queue: router({ list: listQueues, listJobs }),
  job: router({ get: getJob, listDeadLetters, previewRedrive, redrive }),
  webhook: router({
    list: listWebhooks,
    listDeliveries,
    get: getWebhook,
    overview: webhookOverview,
    readBack,
    reveal: revealWebhook,
    previewReprocess,
    reprocess,
  }),
  providerCall: router({ list: listProviderCalls }),
  audit: router({
    list: listAuditEvents,
    get: getAuditEvent,
    listWords: listAuditWords,
    getChain: getAuditChain,
    verify: verifyAudit,
  }),
  live: router({ events: liveEvents }),
  reconciliation: router({ start: startRun, list: listRuns, get: getRun, figures, listLines }),
  operator: router({
    list: listOperators,
    get: getOperator,
    matrix,
    requestChange: requestOperatorChange,
    decideChange: decideOperatorChange,
    requestInvitation,
    listSessions: listSessionsOfOperator,
    revokeSessions: revokeSessionsOfOperator,
  }),
  setting: router({
    get: getSettings,
    requestChange: requestSettingChange,
    decideChange: decideSettingChange,
  }),
  approval: router({ list: listApprovals, get: getApproval, withdraw: withdrawApproval }),
  suspense: router({ list: listSuspense }),
  adjustment: router({ request: requestAdjustment, decide: decideAdjustment }),
});

export type OperatorRouter = typeof operatorRouter;
