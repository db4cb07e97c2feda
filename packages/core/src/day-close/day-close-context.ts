import type { Context } from "../context.ts";
import type { SigningKeys } from "../signing-keys.ts";

/** What closing a day, and checking one, needs besides: the keys of the certificates. */
export interface DayCloseContext extends Context {
  dayCloseKeys: SigningKeys;
}
