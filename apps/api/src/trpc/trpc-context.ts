import type { Actor, Log } from "@revio-wallet/core/context";
import type { OperatorSession } from "@revio-wallet/core/operator-session/operator-session";
import type { AppContext, Services } from "../context.ts";
import type { TransactionEventListener } from "../transaction-event-listener.ts";

/** What procedures hand to the verbs of core. Not part of the published types: the client's bundle knows it as `object`. */
export type CoreContext = AppContext;
type Settings = Pick<Services["env"], "RETURN_URL_ORIGINS">;

/** Who a request says it comes from; whether that is true is found out by the first procedure that asks. */
export type Credentials =
  | { kind: "partner"; accessToken: string | undefined }
  | OperatorCredentials;

/** Of the console's server, which has shown the service token. */
export interface OperatorCredentials {
  kind: "operator";
  /** Undefined before signing in. */
  sessionToken: string | undefined;
  /** Address of the operator's browser. */
  address: string | undefined;
  /** A fresh factor that was given for this call. */
  stepUpId: string | undefined;
}

/** What every procedure gets. */
export interface TrpcContext {
  requestId: string;
  /** For rate limits and audit; "unknown" if it cannot be told. */
  clientAddress: string;
  userAgent: string | undefined;
  credentials: Credentials;
  settings: Settings;
  log: Log;
  transactionEvents: Pick<TransactionEventListener, "subscribe" | "closed">;
  coreFor(actor: Actor): CoreContext;
  /** Sets a header of the answer. */
  setHeader(name: string, value: string): void;
  /** The operator's session, looked up once per request. */
  authenticateOperator(): Promise<OperatorSession>;
  /** The signed-in user, looked up once per request however many calls it carries. */
  authenticate(): Promise<Extract<Actor, { kind: "user" }>>;
}
