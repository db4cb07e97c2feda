import type { Actor, Log } from "@revio-wallet/core/context";
import type { AppContext, Services } from "../context.ts";
import type { TransactionEventListener } from "../transaction-event-listener.ts";

/** What procedures hand to the verbs of core. Not part of the published types: the client's bundle knows it as `object`. */
export type CoreContext = AppContext;
type Settings = Pick<Services["env"], "RETURN_URL_ORIGINS">;

/** Who a request says it comes from; whether that is true is found out by the first procedure that asks. */
export type Credentials =
  | { kind: "partner"; accessToken: string | undefined }
  | { kind: "operator"; operatorId: string };

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
  /** The signed-in user, looked up once per request however many calls it carries. */
  authenticate(): Promise<Extract<Actor, { kind: "user" }>>;
}
