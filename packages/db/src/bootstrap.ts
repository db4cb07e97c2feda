import { Client, escapeIdentifier, escapeLiteral } from "pg";

/** Roles of the wallet. Only the owner may change the schema; the application never connects as owner or superuser. */
export const roles = { owner: "wallet_owner", app: "wallet_app", reader: "wallet_reader" } as const;

export interface RolePasswords {
  owner: string;
  app: string;
  reader: string;
}

/**
 * Creates the three login roles and one empty database, as superuser. Runs again without effect, except that it sets
 * the given passwords. In production a database administrator does the same once (docs/runbooks/database.md).
 */
export async function bootstrapDatabase(options: {
  superuserUrl: string;
  database: string;
  passwords: RolePasswords;
}): Promise<void> {
  const { superuserUrl, database, passwords } = options;
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    for (const [name, role] of Object.entries(roles) as [keyof RolePasswords, string][]) {
      const known = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
      const verb = known.rowCount === 0 ? "CREATE" : "ALTER";
      await client.query(
        `${verb} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
         PASSWORD ${escapeLiteral(passwords[name])}`,
      );
    }
    const known = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [database]);
    if (known.rowCount === 0) {
      await client.query(`CREATE DATABASE ${escapeIdentifier(database)} OWNER ${roles.owner}`);
    }
    await restrictDatabase(client, database);
  } finally {
    await client.end();
  }
}

/** Nobody but the wallet's roles may connect. */
export async function restrictDatabase(client: Client, database: string): Promise<void> {
  const name = escapeIdentifier(database);
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${roles.app}, ${roles.reader}`);
}
