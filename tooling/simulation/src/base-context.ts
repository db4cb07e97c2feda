import type { Context } from "@revio-wallet/core/context";
import type { Keyring } from "@revio-wallet/core/encryption/keyring";
import type { Reader } from "@revio-wallet/db/reader";
import { createRandom } from "./random.ts";

/** One keyring for all seeds: the template's rows are readable in every clone. */
export const simKeyring: Keyring = (() => {
  const random = createRandom("keyring");
  return {
    currentKeyId: "sim-1",
    keyEncryptionKeys: new Map([["sim-1", random.bytes(32)]]),
    lookupKey: random.bytes(32),
    passwordPepper: random.bytes(32),
  };
})();

/** Lists and views are no part of a simulation: a verb that reads through Prisma fails here. */
export const noReader = new Proxy(
  {},
  {
    get: (_, property) => {
      throw new Error(`the simulation has no reader (${String(property)})`);
    },
  },
) as Reader;

export const silentLog: Context["log"] = { info() {}, warn() {}, error() {} };

/** All virtual time begins here: a Monday morning in Johannesburg. */
export const startMs = Date.parse("2026-11-23T06:00:00.000Z");
