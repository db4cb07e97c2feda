/** What `import … from "@revio-wallet/api-client"` gives. Everything named here is a promise to partners. */
export { type ApiClient, type ApiClientOptions, createApiClient } from "./create-api-client.ts";
export type { CallLogEntry } from "./links/log-link.ts";
export type { StoredTokens, TokenStorage } from "./session/token-storage.ts";
export type { RetryPolicy } from "./links/retry-policy.ts";
export type { Inputs, Outputs, TransactionUpdate } from "./contract-types.ts";
export type {
  AppRouter,
  Balance,
  BankAccount,
  BankAccountType,
  Currency,
  Deposit,
  DepositStatus,
  ErrorCode,
  ErrorData,
  TimelineStep,
  Transaction,
  TransactionKind,
  TransactionStatus,
  User,
  Withdrawal,
  WithdrawalStatus,
} from "./generated/contract.ts";
