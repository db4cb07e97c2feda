import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, createApiClient } from "@revio-wallet/api-client";
import type { Random } from "../random.ts";
import type { History } from "./history.ts";
import { judgeError } from "./judge-error.ts";

/** Longer than the API's own limits, so that most of what it says is heard. */
const clientTimeoutMs = 20_000;

/** A user with a session at each API. */
export interface WalletUser {
  readonly id: string;
  readonly clients: readonly ApiClient[];
  readonly bankAccountId: string;
  readonly email: string;
  /** What must never be in a log. */
  readonly secrets: readonly string[];
  signInAgain(api: number): Promise<void>;
}

/** Registers somebody with a bank account, and signs them in at every API. Done before the first fault. */
export async function registerWalletUser(options: {
  readonly apiUrls: readonly string[];
  readonly index: number;
  readonly random: Random;
}): Promise<WalletUser> {
  const { apiUrls, index, random } = options;
  const email = `chaos-${index}-${randomUUID()}@example.com`;
  const password = randomBytes(15).toString("base64url");
  const address = `10.77.${index >> 8}.${index & 255 || 1}`;
  const clients = apiUrls.map((baseUrl) => clientFrom(baseUrl, address));
  const [first] = clients;
  if (first === undefined) throw new Error("there is no API");
  const { id } = await first.register({ email, fullName: "Naledi Dube", password });
  const signInAgain = async (api: number): Promise<void> => {
    await clients[api]?.signIn({ email, password });
  };
  for (const api of clients.keys()) await signInAgain(api);
  // Not ending on 90xx: those are the sandbox's bank's troubles.
  const accountNumber = `62${random.between(1_000_000, 9_999_999)}1`;
  const bankAccount = await first.trpc.bankAccount.add.mutate({
    branchCode: "250655",
    accountNumber,
    accountHolder: "Naledi Dube",
    accountType: "current",
  });
  const secrets = [email, password, accountNumber];
  return { id, clients, bankAccountId: bankAccount.id, email, secrets, signInAgain };
}

/** The client's own repeating is off: each attempt is one request, and the history says what became of it. */
function clientFrom(baseUrl: string, address: string): ApiClient {
  return createApiClient({
    baseUrl,
    timeoutMs: clientTimeoutMs,
    retry: { attempts: 1 },
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set("x-forwarded-for", address);
      return fetch(input, { ...init, headers });
    },
  });
}

/** A call that moves no money: noted with what became of it; undefined if it came to nothing. */
export async function noteCall<Result>(
  history: History,
  name: string,
  call: () => Promise<Result>,
): Promise<Result | undefined> {
  const startedMs = history.now();
  try {
    const result = await call();
    history.calls.push({ name, startedMs, endedMs: history.now(), outcome: "ok", code: null });
    return result;
  } catch (error) {
    const { outcome, code, finding } = judgeError(error, "other");
    history.calls.push({ name, startedMs, endedMs: history.now(), outcome, code });
    if (finding !== undefined) {
      history.violations.push({ rule: "unclassified-error", subject: name, detail: finding });
    }
    return undefined;
  }
}

/** After a sign-out that a lost refresh brought about: signs in until it works. */
export async function ensureSignedIn(
  history: History,
  user: WalletUser,
  api: number,
): Promise<void> {
  if ((await user.clients[api]?.isSignedIn()) === true) return;
  await noteCall(history, "session.signIn", () => user.signInAgain(api));
  await sleep(200);
}
