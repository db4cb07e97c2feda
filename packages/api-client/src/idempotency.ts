import { isApiError, isRetryable, moneyMayHaveMoved } from "./errors.ts";

/** The part of `sessionStorage` that is used. */
export interface IntentStorage {
  getItem(place: string): string | null;
  setItem(place: string, text: string): void;
  removeItem(place: string): void;
}

export interface Intent {
  /** Goes into the call, and into each repetition of it. */
  readonly idempotencyKey: string;
  /** The outcome is known: the next request of the same content is a new intent with a key of its own. */
  finish(): void;
}

interface KeptIntent {
  readonly key: string;
  readonly content: string;
}

/**
 * One thing that the user wants to happen once, such as "withdraw R 400 to this account". Its key is kept in the tab's
 * sessionStorage until `finish()`: a second click, a lost answer and a reload all send the same key, and the server does
 * the thing once. Other content under the same name is another intent.
 *
 * @param name where in the app this is, such as "withdrawal-form"
 * @param input what is wanted, without the key; bigints and dates may be part of it
 */
export function beginIntent(name: string, input: object, storage = tabStorage()): Intent {
  const place = `revio-wallet.intent.${name}`;
  const content = canonical(input);
  const kept = readKept(storage, place);
  const key = kept?.content === content ? kept.key : crypto.randomUUID();
  if (kept?.key !== key) storage.setItem(place, JSON.stringify({ key, content }));
  return {
    idempotencyKey: key,
    finish() {
      if (readKept(storage, place)?.key === key) storage.removeItem(place);
    },
  };
}

/**
 * Runs `call` as one intent. The key is given up once the outcome is certain: an answer, or a refusal after which no money
 * can have moved. Otherwise it stays, and calling this again with the same input asks the server about the same request.
 */
export async function runIntent<Input extends object, Output>(
  name: string,
  input: Input,
  call: (input: Input & { idempotencyKey: string }) => Promise<Output>,
  storage = tabStorage(),
): Promise<Output> {
  const intent = beginIntent(name, input, storage);
  try {
    const output = await call({ ...input, idempotencyKey: intent.idempotencyKey });
    intent.finish();
    return output;
  } catch (error) {
    if (isCertainRefusal(error)) intent.finish();
    throw error;
  }
}

function isCertainRefusal(error: unknown): boolean {
  if (!isApiError(error) || isRetryable(error)) return false;
  // Signing in again and then repeating is still the same intent.
  return error.data.appCode !== "UNAUTHENTICATED" && !moneyMayHaveMoved(error.data.appCode);
}

/** Equal for equal contents, in whatever order the fields are. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "bigint") return `${part}n`;
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function readKept(storage: IntentStorage, place: string): KeptIntent | undefined {
  try {
    const kept = JSON.parse(storage.getItem(place) ?? "null") as Partial<KeptIntent> | null;
    if (typeof kept?.key !== "string" || typeof kept.content !== "string") return undefined;
    return { key: kept.key, content: kept.content };
  } catch {
    return undefined;
  }
}

const memory = new Map<string, string>();

/** Outside a browser, and where the browser forbids storage, keys live as long as the process or page. */
function tabStorage(): IntentStorage {
  try {
    if (typeof sessionStorage !== "undefined") return sessionStorage;
  } catch {
    // Blocked by the user's settings.
  }
  return {
    getItem: (place) => memory.get(place) ?? null,
    setItem: (place, text) => void memory.set(place, text),
    removeItem: (place) => void memory.delete(place),
  };
}
