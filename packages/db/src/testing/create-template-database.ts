import { randomUUID } from "node:crypto";
import { Client, type Pool } from "pg";
import { bootstrapDatabase, restrictDatabase, roles } from "../bootstrap.ts";
import { migrate } from "../migrate.ts";
import { createPool } from "../pool.ts";

const templateName = "wallet_template";

/** In tests all roles share the random password of the cluster's superuser. */
function urlFor(superuserUrl: string, role: string, database: string): string {
  const url = new URL(superuserUrl);
  url.username = role;
  url.pathname = `/${database}`;
  return url.toString();
}

/** Migrates one template database; test files clone it. */
export async function createTemplateDatabase(options: { superuserUrl: string }): Promise<void> {
  const { superuserUrl } = options;
  const password = decodeURIComponent(new URL(superuserUrl).password);
  const passwords = { owner: password, app: password, reader: password };
  await bootstrapDatabase({ superuserUrl, database: templateName, passwords });
  await migrate({ ownerUrl: urlFor(superuserUrl, roles.owner, templateName) });
}

/** A database of its own, equal to the migrated template. */
export interface TestDatabase {
  name: string;
  /** Application role, as production connects. */
  pool: Pool;
  appUrl: string;
  readerUrl: string;
  ownerUrl: string;
  superuserUrl: string;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/** Clones the template (about 30 ms), or another database that nobody is connected to. */
export async function cloneDatabase(options: {
  superuserUrl: string;
  poolSize?: number;
  template?: string;
}): Promise<TestDatabase> {
  const { superuserUrl } = options;
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await asSuperuser(superuserUrl, async (client) => {
    await client.query(
      `CREATE DATABASE ${name} TEMPLATE ${options.template ?? templateName} OWNER ${roles.owner}`,
    );
    await restrictDatabase(client, name);
  });
  const appUrl = urlFor(superuserUrl, roles.app, name);
  const pool = createPool({ connectionString: appUrl, max: options.poolSize ?? 10 });
  // Dropping the database cuts idle connections; that is no failure of a test.
  pool.on("error", () => undefined);
  const superuserDatabaseUrl = new URL(superuserUrl);
  superuserDatabaseUrl.pathname = `/${name}`;
  return {
    name,
    pool,
    appUrl,
    readerUrl: urlFor(superuserUrl, roles.reader, name),
    ownerUrl: urlFor(superuserUrl, roles.owner, name),
    superuserUrl: superuserDatabaseUrl.toString(),
    async drop() {
      await pool.end();
      await asSuperuser(superuserUrl, async (client) => {
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      });
    },
  };
}

async function asSuperuser(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
