// Written by `pnpm --filter @revio-wallet/api-client generate:contract` from the API's router. Do not edit.
import type {
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from "@trpc/server";

export interface Balance {
  currency: Currency;
  /** May be spent. */
  availableMinor: bigint;
  /** Reserved for withdrawals on their way out. */
  pendingMinor: bigint;
  /** Owed to us. */
  receivableMinor: bigint;
}

export interface BankAccount {
  id: string;
  bankName: string;
  branchCode: string;
  accountType: BankAccountType;
  /** "•••• 5678" */
  maskedAccountNumber: string;
  createdAt: Date;
}

export type BankAccountType = "current" | "savings" | "transmission";

export type Currency = "ZAR";

export interface Deposit {
  id: string;
  /** How people name it: "DEP-7K3M-9QX2-PA4T". */
  reference: string;
  status: DepositStatus;
  amountMinor: bigint;
  /** Our fee, taken out of the amount. */
  feeMinor: bigint;
  currency: Currency;
  /** Where the user pays; null until there is a checkout, and when paying is over. */
  checkoutUrl: string | null;
  /** Taken, but the checkout opens later, by itself: the payment provider cannot be reached. Follow the transaction. */
  isDelayed: boolean;
  expiresAt: Date;
  failureCode: string | null;
  createdAt: Date;
  completedAt: Date | null;
}

export type DepositStatus =
  | "awaiting_payment"
  | "cancelled"
  | "completed"
  | "created"
  | "expired"
  | "failed"
  | "in_review";

/** Switch on this, never on a text. */
export type ErrorCode =
  | "BUSY"
  | "DUPLICATE"
  | "EMAIL_TAKEN"
  | "FORBIDDEN"
  | "IDEMPOTENCY_IN_PROGRESS"
  | "IDEMPOTENCY_KEY_REUSED"
  | "INSUFFICIENT_FUNDS"
  | "INTERNAL"
  | "INVALID_CREDENTIALS"
  | "INVALID_INPUT"
  | "LIMIT_EXCEEDED"
  | "NOT_FOUND"
  | "OUTCOME_UNKNOWN"
  | "OUTGOING_FROZEN"
  | "PAYLOAD_TOO_LARGE"
  | "PROVIDER_REJECTED"
  | "PROVIDER_UNAVAILABLE"
  | "RATE_LIMITED"
  | "STEP_UP_REQUIRED"
  | "TOTP_REQUIRED"
  | "UNAUTHENTICATED"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "USER_SUSPENDED"
  | "WRONG_STATE";

/** What `error.data` holds. */
export interface ErrorData {
  code:
    | "BAD_GATEWAY"
    | "BAD_REQUEST"
    | "CLIENT_CLOSED_REQUEST"
    | "CONFLICT"
    | "FORBIDDEN"
    | "GATEWAY_TIMEOUT"
    | "INTERNAL_SERVER_ERROR"
    | "METHOD_NOT_SUPPORTED"
    | "NOT_FOUND"
    | "NOT_IMPLEMENTED"
    | "PARSE_ERROR"
    | "PAYLOAD_TOO_LARGE"
    | "PAYMENT_REQUIRED"
    | "PRECONDITION_FAILED"
    | "PRECONDITION_REQUIRED"
    | "SERVICE_UNAVAILABLE"
    | "TIMEOUT"
    | "TOO_MANY_REQUESTS"
    | "UNAUTHORIZED"
    | "UNPROCESSABLE_CONTENT"
    | "UNSUPPORTED_MEDIA_TYPE";
  httpStatus: number;
  /** Absent if the request never got to a procedure. */
  path?: string | undefined;
  appCode: ErrorCode;
  retryable: boolean;
  retryAfterMs?: number | undefined;
  requestId: string;
  fieldErrors?: Array<{
    /** "amountMinor", "statuses.0"; empty for the input as a whole. */
    path: string;
    message: string;
  }> | undefined;
}

export interface SessionTokens {
  accessToken: string;
  accessTokenExpiresAt: Date;
  /** Good once; each refresh gives the next. */
  refreshToken: string;
  refreshTokenExpiresAt: Date;
}

export interface TimelineStep {
  status: TransactionStatus;
  /** Stable word for what brought it about: "deposit.completed". */
  cause: string;
  at: Date;
}

export interface Transaction {
  id: string;
  reference: string;
  kind: TransactionKind;
  status: TransactionStatus;
  amountMinor: bigint;
  feeMinor: bigint;
  currency: Currency;
  relatedTransactionId: string | null;
  bankAccountId: string | null;
  /** Takes longer than it should, because the payment provider is slow or cannot be reached. */
  isDelayed: boolean;
  failureCode: string | null;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
}

export type TransactionKind = "adjustment" | "chargeback" | "deposit" | "refund" | "withdrawal";

export type TransactionStatus =
  | "awaiting_approval"
  | "awaiting_payment"
  | "cancelled"
  | "completed"
  | "created"
  | "expired"
  | "failed"
  | "in_doubt"
  | "in_review"
  | "processing"
  | "queued"
  | "rejected"
  | "returned"
  | "reversed";

export interface User {
  id: string;
  status: "active" | "closed" | "suspended";
  email: string;
  fullName: string;
  phone: string | null;
  /** Money may not leave at present. */
  outgoingFrozen: boolean;
  createdAt: Date;
}

export interface Withdrawal {
  id: string;
  reference: string;
  status: WithdrawalStatus;
  /** What arrives at the bank. */
  amountMinor: bigint;
  /** Our fee, on top. */
  feeMinor: bigint;
  currency: Currency;
  bankAccountId: string;
  /** Takes longer than ten minutes; the money is reserved and safe. */
  isDelayed: boolean;
  failureCode: string | null;
  createdAt: Date;
  completedAt: Date | null;
}

export type WithdrawalStatus =
  | "awaiting_approval"
  | "cancelled"
  | "completed"
  | "failed"
  | "in_doubt"
  | "processing"
  | "queued"
  | "rejected"
  | "returned";

/** Every procedure of the API. Context and meta of the server are of no concern to a client. */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: {
    code:
      | -32001
      | -32002
      | -32003
      | -32004
      | -32005
      | -32008
      | -32009
      | -32012
      | -32013
      | -32015
      | -32022
      | -32028
      | -32029
      | -32099
      | -32600
      | -32603
      | -32700;
    message: string;
    data: ErrorData;
  }; transformer: true },
  {
    user: {
      /** A new user with empty accounts. Signing in is a call of its own. */
      register: TRPCMutationProcedure<{
        input: {
          email: string;
          fullName: string;
          password: string;
          phone?: string | undefined;
        };
        output: User;
        meta: object;
      }>;
      /** The user who asks. */
      me: TRPCQueryProcedure<{
        input: Record<string, never> | undefined;
        output: {
          id: string;
          status: "active" | "closed" | "suspended";
          email: string;
          fullName: string;
          phone: string | null;
          /** Money may not leave at present. */
          outgoingFrozen: boolean;
          createdAt: Date;
          totpEnabled: boolean;
        };
        meta: object;
      }>;
      /** Replaces the password; every other session of the user ends. */
      changePassword: TRPCMutationProcedure<{
        input: {
          currentPassword: string;
          newPassword: string;
        };
        output: {
          endedSessions: number;
        };
        meta: object;
      }>;
    };
    session: {
      /** A new session. TOTP_REQUIRED: send the same again, with a code. */
      signIn: TRPCMutationProcedure<{
        input: {
          email: string;
          password: string;
          totpCode?: string | undefined;
          recoveryCode?: string | undefined;
        };
        output: {
          accessToken: string;
          accessTokenExpiresAt: Date;
          /** Good once; each refresh gives the next. */
          refreshToken: string;
          refreshTokenExpiresAt: Date;
          user: User;
        };
        meta: object;
      }>;
      /** New tokens for a refresh token, which is used up. One that comes back later ends the session. */
      refresh: TRPCMutationProcedure<{
        input: {
          refreshToken: string;
        };
        output: SessionTokens;
        meta: object;
      }>;
      /** Ends the session that asks. */
      signOut: TRPCMutationProcedure<{
        input: Record<string, never> | undefined;
        output: {
          done: true;
        };
        meta: object;
      }>;
      /** Ends all sessions of the user, or all but the one that asks. */
      signOutEverywhere: TRPCMutationProcedure<{
        input: {
          keepCurrent?: boolean | undefined;
        } | undefined;
        output: {
          endedSessions: number;
        };
        meta: object;
      }>;
      /** "Your devices": open sessions, the last used first. */
      list: TRPCQueryProcedure<{
        input: Record<string, never> | undefined;
        output: Array<{
          id: string;
          current: boolean;
          createdAt: Date;
          lastUsedAt: Date;
          expiresAt: Date;
          userAgent: string | null;
        }>;
        meta: object;
      }>;
    };
    totp: {
      /** A new secret for the user's authenticator app; nothing is asked for until it is confirmed. */
      start: TRPCMutationProcedure<{
        input: {
          password: string;
        };
        output: {
          secret: string;
          otpauthUri: string;
        };
        meta: object;
      }>;
      /** The first code proves that the app has the secret: from now on signing in asks for one. */
      confirm: TRPCMutationProcedure<{
        input: {
          totpCode: string;
        };
        output: {
          recoveryCodes: string[];
        };
        meta: object;
      }>;
      /** Signing in asks for no code any more. */
      disable: TRPCMutationProcedure<{
        input: {
          password: string;
          totpCode?: string | undefined;
          recoveryCode?: string | undefined;
        };
        output: {
          done: true;
        };
        meta: object;
      }>;
    };
    bankAccount: {
      /** Adds a South African bank account to withdraw to. */
      add: TRPCMutationProcedure<{
        input: {
          branchCode: string;
          accountNumber: string;
          accountHolder: string;
          accountType: BankAccountType;
        };
        output: BankAccount;
        meta: object;
      }>;
      /** The user's bank accounts, at most ten. */
      list: TRPCQueryProcedure<{
        input: Record<string, never> | undefined;
        output: BankAccount[];
        meta: object;
      }>;
      /** Takes a bank account off the list. Removing it twice changes nothing. */
      remove: TRPCMutationProcedure<{
        input: {
          bankAccountId: string;
        };
        output: {
          done: true;
        };
        meta: object;
      }>;
    };
    balance: {
      /** What the user has now. */
      get: TRPCQueryProcedure<{
        input: {
          currency: Currency;
        };
        output: Balance;
        meta: object;
      }>;
    };
    deposit: {
      /** Opens a checkout to pay in. The same key gives the same deposit, for ever. */
      create: TRPCMutationProcedure<{
        input: {
          amountMinor: bigint;
          currency: Currency;
          idempotencyKey: string;
          /** Where the browser goes after paying: an address of the partner's app. */
          returnUrl?: string | undefined;
        };
        output: {
          deposit: Deposit;
          replayed: boolean;
        };
        meta: object;
      }>;
      /** One deposit of the user. */
      get: TRPCQueryProcedure<{
        input: {
          transactionId: string;
        };
        output: Deposit;
        meta: object;
      }>;
      /** Takes an unpaid deposit back. Cancelling twice answers the same, so it needs no idempotency key. */
      cancel: TRPCMutationProcedure<{
        input: {
          transactionId: string;
        };
        output: Deposit;
        meta: object;
      }>;
      /** Deposits of the user, newest first. */
      list: TRPCQueryProcedure<{
        input: {
          cursor?: string | undefined;
          limit?: number | undefined;
        } | undefined;
        output: {
          items: Deposit[];
          nextCursor: string | null;
        };
        meta: object;
      }>;
    };
    withdrawal: {
      /** Takes money out to one of the user's bank accounts. The same key gives the same withdrawal, for ever. */
      create: TRPCMutationProcedure<{
        input: {
          amountMinor: bigint;
          currency: Currency;
          bankAccountId: string;
          idempotencyKey: string;
        };
        output: {
          withdrawal: Withdrawal;
          replayed: boolean;
        };
        meta: object;
      }>;
      /** One withdrawal of the user. */
      get: TRPCQueryProcedure<{
        input: {
          transactionId: string;
        };
        output: Withdrawal;
        meta: object;
      }>;
      /** Takes a withdrawal back while no money has left. Cancelling twice answers the same. */
      cancel: TRPCMutationProcedure<{
        input: {
          transactionId: string;
        };
        output: Withdrawal;
        meta: object;
      }>;
    };
    transaction: {
      /** The user's history, newest first. */
      list: TRPCQueryProcedure<{
        input: {
          cursor?: string | undefined;
          limit?: number | undefined;
          kinds?: TransactionKind[] | undefined;
          statuses?: TransactionStatus[] | undefined;
          /** Created at or after. */
          from?: Date | undefined;
          /** Created before. */
          to?: Date | undefined;
          minAmountMinor?: bigint | undefined;
          maxAmountMinor?: bigint | undefined;
        } | undefined;
        output: {
          items: Transaction[];
          nextCursor: string | null;
        };
        meta: object;
      }>;
      /** One transaction of the user with everything that happened to it, oldest first. */
      get: TRPCQueryProcedure<{
        input: {
          transactionId: string;
        };
        output: {
          id: string;
          reference: string;
          kind: TransactionKind;
          status: TransactionStatus;
          amountMinor: bigint;
          feeMinor: bigint;
          currency: Currency;
          relatedTransactionId: string | null;
          bankAccountId: string | null;
          /** Takes longer than it should, because the payment provider is slow or cannot be reached. */
          isDelayed: boolean;
          failureCode: string | null;
          createdAt: Date;
          updatedAt: Date;
          completedAt: Date | null;
          timeline: TimelineStep[];
        };
        meta: object;
      }>;
      /**
       * Status changes of the user's transactions as they happen. Each has a durable id: a client that comes back with the last
       * one it saw misses nothing and sees nothing twice. Without one the stream begins now.
       */
      onUpdate: TRPCSubscriptionProcedure<{
        input: {
          lastEventId?: string | null | undefined;
        } | undefined;
        output: AsyncIterable<{
          /**
           * The event's id, which the client sends back as `lastEventId` when it
           * reconnects.
           */
          id: string;
          /** The event's data. */
          data: {
            status: TransactionStatus;
            /** Stable word for what brought it about: "deposit.completed". */
            cause: string;
            at: Date;
            transaction: Transaction;
          };
        }, void, unknown>;
        meta: object;
      }>;
    };
  }
>;
