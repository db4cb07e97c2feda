import { randomBytes } from "node:crypto";
import { bootstrapDatabase, roles } from "@revio-wallet/db/bootstrap";
import { migrate } from "@revio-wallet/db/migrate";
import { startPostgres, type RunningPostgres } from "@revio-wallet/dev/embedded-postgres";

const database = "wallet";

export interface BenchDatabase {
  postgres: RunningPostgres;
  ownerUrl: string;
  appUrl: string;
  /** The wallet's database, as superuser. */
  superuserUrl: string;
}

/** A PostgreSQL server of our own, durable as in production, with the migrated schema. Gone after `postgres.stop()`. */
export async function startBenchDatabase(): Promise<BenchDatabase> {
  const postgres = await startPostgres({ persistent: false, durable: true });
  try {
    const password = randomBytes(24).toString("base64url");
    const passwords = { owner: password, app: password, reader: password };
    const { superuserUrl } = postgres;
    await bootstrapDatabase({ superuserUrl, database, passwords });
    const urlOf = (role: string) =>
      `postgres://${role}:${password}@127.0.0.1:${postgres.port}/${database}`;
    await migrate({ ownerUrl: urlOf(roles.owner) });
    const inDatabase = new URL(superuserUrl);
    inDatabase.pathname = `/${database}`;
    return {
      postgres,
      ownerUrl: urlOf(roles.owner),
      appUrl: urlOf(roles.app),
      superuserUrl: inDatabase.href,
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
