import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import { PrismaClient } from "./generated/client.ts";
import { survivingLostConnections } from "./pool.ts";

/** Typed reads for histories and the console, as wallet_reader: credentials and keys are out of its reach, and so is every write. */
export type Reader = PrismaClient;

/** Opens no connection before the first read. `$disconnect()` ends the pool. */
export function createReader(options: { connectionString: string; max?: number }): Reader {
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.max ?? 5,
    application_name: "wallet-reader",
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    options:
      "-c statement_timeout=15s -c lock_timeout=4s -c idle_in_transaction_session_timeout=20s -c timezone=UTC",
  });
  const adapter = new PrismaPg(survivingLostConnections(pool), { disposeExternalPool: true });
  return new PrismaClient({ adapter });
}
