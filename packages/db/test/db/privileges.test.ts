import type { Client } from "pg";
import { describe, expect, test } from "vitest";
import { sqlState } from "../support/sql-state.ts";
import { expectRefused, useDatabase, withClient } from "../support/test-database.ts";
import { functionTable, privilegeTable, type Verb } from "./privilege-table.ts";

const database = useDatabase();
const urls = { app: () => database.appUrl, reader: () => database.readerUrl };
const roleNames = ["app", "reader"] as const;
const verbs: Record<string, Verb> = { S: "SELECT", I: "INSERT", U: "UPDATE", D: "DELETE" };

const tables = Object.keys(privilegeTable);

async function columnsOf(table: string): Promise<string[]> {
  const { rows } = await database.owner.query<{ name: string }>(
    "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1",
    [table],
  );
  return rows.map(({ name }) => name);
}

/** A statement that needs exactly this privilege on this column and would touch no row. */
function statementFor(verb: Verb | "TRUNCATE", table: string, column: string): string {
  const statements = {
    SELECT: `SELECT ${column} FROM ${table} WHERE false`,
    INSERT: `INSERT INTO ${table} (${column}) OVERRIDING SYSTEM VALUE SELECT NULL WHERE false`,
    UPDATE: `UPDATE ${table} SET ${column} = DEFAULT WHERE false`,
    DELETE: `DELETE FROM ${table} WHERE false`,
    TRUNCATE: `TRUNCATE ${table} CASCADE`,
  };
  return statements[verb];
}

async function may(client: Client, statement: string): Promise<boolean> {
  await client.query("BEGIN");
  try {
    await client.query(statement);
    return true;
  } catch (error) {
    const code = Object(error).code;
    if (code === sqlState.privilege) return false;
    // The privilege was there; the column does not take NULL or DEFAULT.
    if (["42804", sqlState.notNull].includes(code)) return true;
    throw error;
  } finally {
    await client.query("ROLLBACK");
  }
}

test("the table names every table there is", async () => {
  const { rows } = await database.owner.query<{ name: string }>(
    "SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')",
  );
  expect(rows.map(({ name }) => name).sort()).toEqual([...tables].sort());
});

describe.each(roleNames)("wallet_%s, by trying", (role) => {
  test.each(tables)("%s", async (table) => {
    const grants = privilegeTable[table];
    const columns = await columnsOf(table);
    const actual: Record<string, string[]> = {};
    const expected: Record<string, string[]> = {};
    await withClient(urls[role](), async (client) => {
      for (const [letter, verb] of Object.entries(verbs)) {
        actual[verb] = [];
        for (const column of columns) {
          if (await may(client, statementFor(verb, table, column))) actual[verb].push(column);
        }
        const partial =
          role === "app" && verb === "UPDATE"
            ? grants?.appUpdates
            : role === "reader" && verb === "SELECT"
              ? grants?.readerSelects
              : undefined;
        expected[verb] = grants?.[role].includes(letter) ? columns : (partial ?? []);
      }
      expect(await may(client, statementFor("TRUNCATE", table, ""))).toBe(false);
    });
    expect(actual).toEqual(expected);
  });
});

describe("other privileges on tables", () => {
  test.each(roleNames)(
    "wallet_%s: no REFERENCES, TRIGGER or MAINTAIN anywhere, nor a grant option",
    async (role) => {
      const { rows } = await database.owner.query(
        `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND (
         has_table_privilege($1, oid, 'REFERENCES, TRIGGER, MAINTAIN, TRUNCATE')
         OR has_table_privilege($1, oid, 'SELECT WITH GRANT OPTION, INSERT WITH GRANT OPTION, UPDATE WITH GRANT OPTION, DELETE WITH GRANT OPTION'))`,
        [`wallet_${role}`],
      );
      expect(rows).toEqual([]);
    },
  );

  test("PUBLIC has nothing, also after the application tries to pass its own on", async () => {
    // PostgreSQL answers with a warning here, not with an error.
    await database.pool.query("GRANT SELECT ON postings TO PUBLIC");
    const { rows } = await database.owner.query(
      `SELECT relname FROM pg_class, aclexplode(relacl) acl WHERE relnamespace = 'public'::regnamespace AND acl.grantee = 0`,
    );
    expect(rows).toEqual([]);
  });
});

describe("functions", () => {
  test.each(roleNames)("wallet_%s calls these", async (role) => {
    const { rows } = await database.owner.query<{ name: string; allowed: boolean }>(
      `SELECT proname::text AS name, has_function_privilege($1, oid, 'EXECUTE') AS allowed FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype`,
      [`wallet_${role}`],
    );
    expect(Object.fromEntries(rows.map(({ name, allowed }) => [name, allowed]))).toEqual(
      Object.fromEntries(
        Object.entries(functionTable).map(([name, allowed]) => [name, allowed[role]]),
      ),
    );
  });

  test("each one fixes its search path, with the temporary schema last", async () => {
    const { rows } = await database.owner.query<{ name: string }>(
      `SELECT proname::text AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosqlbody IS NULL
       AND NOT coalesce('search_path=pg_catalog, public, pg_temp' = ANY (proconfig), false)`,
    );
    expect(rows).toEqual([]);
  });
});

describe.each(roleNames)("wallet_%s stays in its place", (role) => {
  test.each([
    ["create a table", "CREATE TABLE mine (id int)"],
    ["create a temporary table", "CREATE TEMP TABLE mine (id int)"],
    ["create a function", "CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1"],
    ["create a schema", "CREATE SCHEMA mine"],
    ["become the owner", "SET ROLE wallet_owner"],
    ["become superuser", "SET ROLE postgres"],
    ["switch triggers off for the session", "SET session_replication_role = 'replica'"],
    ["switch triggers off on a table", "ALTER TABLE postings DISABLE TRIGGER ALL"],
    ["drop a trigger", "DROP TRIGGER postings_append_only ON postings"],
    ["drop a constraint", "ALTER TABLE balances DROP CONSTRAINT balances_amount_minor_check"],
    ["add a column", "ALTER TABLE users ADD COLUMN admin boolean"],
    ["drop a table", "DROP TABLE postings CASCADE"],
    [
      "replace a function",
      "CREATE OR REPLACE FUNCTION public.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ],
    ["run a program", "COPY (SELECT 1) TO PROGRAM 'true'"],
    ["write a file", "COPY (SELECT 1) TO '/tmp/wallet-test-leak'"],
    ["read a file", "SELECT pg_read_file('/etc/passwd')"],
    ["read password hashes of roles", "SELECT rolpassword FROM pg_authid"],
    ["make a role", "CREATE ROLE friend"],
    ["make a database", "CREATE DATABASE mine"],
    [
      "end other people's sessions",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
    ],
    [
      "read the write-ahead log",
      "SELECT pg_create_logical_replication_slot('mine', 'test_decoding')",
    ],
  ])("it may not %s", async (_, statement) => {
    await withClient(urls[role](), async (client) => {
      // Another session that the role could try to end.
      await withClient(database.superuserUrl, async () => {
        await expectRefused(client.query(statement), sqlState.privilege);
      });
    });
  });

  test("it has no attribute, membership or ownership", async () => {
    const { rows } = await database.owner.query(
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
              EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid) AS member,
              EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid) AS owns_table,
              EXISTS (SELECT 1 FROM pg_proc p WHERE p.proowner = r.oid) AS owns_function
       FROM pg_roles r WHERE rolname = $1`,
      [`wallet_${role}`],
    );
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolreplication: false,
        rolbypassrls: false,
        member: false,
        owns_table: false,
        owns_function: false,
      },
    ]);
  });
});

test("the owner is no superuser and cannot switch triggers off for a session", async () => {
  await expectRefused(
    database.owner.query("SET session_replication_role = 'replica'"),
    sqlState.privilege,
  );
  await expectRefused(
    database.owner.query("COPY (SELECT 1) TO PROGRAM 'true'"),
    sqlState.privilege,
  );
});

test("the reader sees nothing of the job queue; the application uses it, but cannot change its schema", async () => {
  await withClient(database.readerUrl, async (client) => {
    await expectRefused(client.query("SELECT 1 FROM pgboss.job"), sqlState.privilege);
  });
  await expect(database.pool.query("SELECT 1 FROM pgboss.job LIMIT 1")).resolves.toBeDefined();
  await expectRefused(database.pool.query("CREATE TABLE pgboss.mine (id int)"), sqlState.privilege);
  await expectRefused(database.pool.query("DROP TABLE pgboss.job"), sqlState.privilege);
});

test("a role of somebody else cannot connect", async () => {
  const stranger = `stranger_${database.name}`;
  await withClient(database.superuserUrl, async (superuser) => {
    await superuser.query(`CREATE ROLE ${stranger} LOGIN PASSWORD 'x'`);
    const url = new URL(database.appUrl);
    url.username = stranger;
    url.password = "x";
    await expectRefused(
      withClient(url.toString(), async () => undefined),
      sqlState.privilege,
    );
    await superuser.query(`DROP ROLE ${stranger}`);
  });
});
