import { bootstrapDatabase, roles } from "@revio-wallet/db/bootstrap";
import { migrate } from "@revio-wallet/db/migrate";
import { startPostgres, type RunningPostgres } from "./embedded-postgres.ts";
import type { StackSecrets } from "./stack-secrets.ts";

const databaseName = "wallet";

export interface StackDatabase {
  readonly postgres: RunningPostgres;
  /** The wallet's database, as each of its roles. */
  readonly urls: {
    readonly superuser: string;
    readonly owner: string;
    readonly app: string;
    readonly reader: string;
  };
}

/** Starts PostgreSQL and brings the wallet's database to the newest schema. */
export async function startDatabase(options: {
  readonly dataDir: string;
  readonly port: number;
  readonly persistent: boolean;
  readonly secrets: StackSecrets;
  /** More server settings, as in `["-c", "log_statement=all"]`. */
  readonly extraFlags?: readonly string[];
}): Promise<StackDatabase> {
  const { dataDir, port, persistent, secrets, extraFlags } = options;
  const postgres = await startPostgres({
    dataDir,
    port,
    persistent,
    durable: persistent,
    extraFlags,
  });
  try {
    const passwords = {
      owner: secrets.ownerPassword,
      app: secrets.appPassword,
      reader: secrets.readerPassword,
    };
    const url = (role: string, password: string): string =>
      `postgres://${role}:${password}@127.0.0.1:${postgres.port}/${databaseName}`;
    const urls = {
      superuser: postgres.superuserUrl,
      owner: url(roles.owner, passwords.owner),
      app: url(roles.app, passwords.app),
      reader: url(roles.reader, passwords.reader),
    };
    await bootstrapDatabase({
      superuserUrl: postgres.superuserUrl,
      database: databaseName,
      passwords,
    });
    await migrate({ ownerUrl: urls.owner });
    return { postgres, urls };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
