import { readFile } from "node:fs/promises";
import { getDMMF } from "@prisma/internals";
import { beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "../support/test-database.ts";

/**
 * schema.prisma against the database, both ways. What Prisma cannot express (checks, triggers, grants, partial indexes) has tests
 * of its own.
 */
const database = useDatabase();

/** Tables without a model, on purpose. */
const tablesLeftOut: Record<string, string> = {
  data_keys: "keys",
  idempotency_keys: "internal to money requests",
  operator_challenges: "credentials",
  operator_recovery_codes: "credentials",
  operator_step_ups: "credentials",
  operator_totp_factors: "credentials",
  rate_limits: "counters of a library",
  recovery_codes: "credentials",
  refresh_tokens: "credentials",
  schema_migrations: "of the migration tool",
  statement_chunks: "ciphertext",
  sweeps: "memory of the sweeper",
  totp_factors: "credentials",
  transaction_status_changes: "rules, not data",
};

/** Columns without a field, on purpose. */
const columnsLeftOut: Record<string, string[]> = {
  // Credential.
  users: ["password_hash"],
  operators: ["password_hash", "data_key_id"],
  operator_invites: ["token_hash"],
  operator_sessions: ["token_hash"],
  operator_passkeys: ["credential_id", "public_key", "sign_count"],
  // Moves money; encrypted under a key that is out of reach anyway.
  revio_payouts: ["execution_url_ciphertext", "data_key_id"],
  provider_events: ["body_ciphertext", "data_key_id"],
  // xid8 is unknown to Prisma.
  transaction_events: ["created_xid"],
  journal_entries: ["created_xid"],
  postings: ["created_xid"],
  audit_events: ["created_xid"],
  provider_deliveries: ["created_xid"],
  balance_checkpoints: ["boundary_xid"],
  chain_links: ["item_xid"],
  day_closes: ["boundary_xid"],
};

/** Unique keys without @@unique, because they stand on a column that is left out. */
const uniquesLeftOut: Record<string, string[]> = {
  operators: ["data_key_id"],
  operator_invites: ["token_hash"],
  operator_sessions: ["token_hash"],
  operator_passkeys: ["credential_id"],
  balance_checkpoints: ["boundary_xid, ledger_account_id"],
};

/** Prisma type and native type → type of the column. */
const columnTypes: Record<string, string> = {
  "String Uuid": "uuid",
  "String ": "text",
  "Boolean ": "boolean",
  "Int ": "integer",
  "Int SmallInt": "smallint",
  "BigInt ": "bigint",
  "Decimal Decimal": "numeric(38,0)",
  "DateTime Timestamptz": "timestamp with time zone",
  "DateTime Date": "date",
  "Bytes ": "bytea",
  "Json ": "jsonb",
};

interface Column {
  type: string;
  nullable: boolean;
  hasDefault: boolean;
}

interface Table {
  columns: Record<string, Column>;
  primaryKey: string[];
  uniques: string[];
}

const sorted = (list: readonly string[]) => [...list].sort();

async function readPrismaSchema(): Promise<Record<string, Table>> {
  const datamodel = await readFile(new URL("../../prisma/schema.prisma", import.meta.url), "utf8");
  const { models } = (await getDMMF({ datamodel })).datamodel;
  const tables: Record<string, Table> = {};
  for (const model of models) {
    const columnOf = (name: string) => {
      const field = model.fields.find((one) => one.name === name);
      return field?.dbName ?? name;
    };
    const columns: Record<string, Column> = {};
    for (const field of model.fields.filter(({ kind }) => kind !== "object")) {
      const key = `${field.type} ${field.nativeType?.[0] ?? ""}`;
      columns[columnOf(field.name)] = {
        type: `${columnTypes[key] ?? `no column type for ${key}`}${field.isList ? "[]" : ""}`,
        nullable: !field.isRequired,
        hasDefault: field.hasDefaultValue,
      };
    }
    const idFields =
      model.primaryKey?.fields ?? model.fields.filter(({ isId }) => isId).map(({ name }) => name);
    const uniqueFields = [
      ...model.fields.filter(({ isUnique }) => isUnique).map(({ name }) => [name]),
      ...model.uniqueFields,
    ];
    tables[model.dbName ?? model.name] = {
      columns,
      primaryKey: sorted(idFields.map(columnOf)),
      uniques: sorted(uniqueFields.map((fields) => sorted(fields.map(columnOf)).join(", "))),
    };
  }
  return tables;
}

async function readCatalog(): Promise<Record<string, Table>> {
  const columns = await database.owner.query<{ table: string; column: string } & Column>(
    `SELECT c.relname::text AS "table", a.attname::text AS "column", format_type(a.atttypid, a.atttypmod) AS type,
            NOT a.attnotnull AS nullable, a.atthasdef OR a.attidentity <> '' AS "hasDefault"
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`,
  );
  const keys = await database.owner.query<{ table: string; kind: string; columns: string[] }>(
    `SELECT k.conrelid::regclass::text AS "table", k.contype AS kind,
            ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)) AS columns
     FROM pg_constraint k WHERE k.connamespace = 'public'::regnamespace AND k.contype IN ('p', 'u')`,
  );
  const tables: Record<string, Table> = {};
  for (const { table, column, type, nullable, hasDefault } of columns.rows) {
    tables[table] ??= { columns: {}, primaryKey: [], uniques: [] };
    tables[table].columns[column] = { type, nullable, hasDefault };
  }
  for (const { table, kind, columns: names } of keys.rows) {
    const found = tables[table];
    if (kind === "p" && found) found.primaryKey = sorted(names);
    if (kind === "u" && found) found.uniques = sorted([...found.uniques, sorted(names).join(", ")]);
  }
  return tables;
}

let prisma: Record<string, Table>;
let catalog: Record<string, Table>;
beforeAll(async () => {
  prisma = await readPrismaSchema();
  catalog = await readCatalog();
});

test("each table has a model or a reason to have none, and each model a table", () => {
  expect(sorted([...Object.keys(prisma), ...Object.keys(tablesLeftOut)])).toEqual(
    sorted(Object.keys(catalog)),
  );
});

test("columns, types, nullability, defaults, primary and unique keys agree", () => {
  for (const [name, table] of Object.entries(catalog)) {
    if (tablesLeftOut[name] !== undefined) continue;
    const left = columnsLeftOut[name] ?? [];
    const expected: Table = {
      columns: Object.fromEntries(
        Object.entries(table.columns).filter(([column]) => !left.includes(column)),
      ),
      primaryKey: table.primaryKey,
      uniques: table.uniques.filter((unique) => !uniquesLeftOut[name]?.includes(unique)),
    };
    expect(prisma[name], name).toEqual(expected);
  }
});

describe("the lists of what is left out are no longer than they must be", () => {
  test("columns", () => {
    for (const [table, columns] of Object.entries(columnsLeftOut)) {
      for (const column of columns) {
        expect(catalog[table]?.columns[column], `${table}.${column}`).toBeDefined();
        expect(prisma[table]?.columns[column], `${table}.${column}`).toBeUndefined();
      }
    }
  });

  test("unique keys", () => {
    for (const [table, uniques] of Object.entries(uniquesLeftOut)) {
      expect(catalog[table]?.uniques).toEqual(expect.arrayContaining(uniques));
    }
  });
});

test("relations name columns whose types agree", async () => {
  const datamodel = await readFile(new URL("../../prisma/schema.prisma", import.meta.url), "utf8");
  const { models } = (await getDMMF({ datamodel })).datamodel;
  const { rows } = await database.owner.query<{ key: string }>(
    `SELECT k.conrelid::regclass || '.' || a.attname || ' → ' || k.confrelid::regclass AS key
     FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
     WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND cardinality(k.conkey) = 1`,
  );
  const foreignKeys = new Set(rows.map(({ key }) => key));
  // The ledger's two relations without a foreign key (see postings in the migrations).
  foreignKeys
    .add("postings.journal_entry_id → journal_entries")
    .add("postings.ledger_account_id → ledger_accounts");
  const tableOf = (model: string) => models.find(({ name }) => name === model)?.dbName ?? model;
  for (const model of models) {
    for (const field of model.fields.filter(
      ({ relationFromFields }) => relationFromFields?.length,
    )) {
      const column = model.fields.find(
        ({ name }) => name === field.relationFromFields?.[0],
      )?.dbName;
      expect(foreignKeys).toContain(`${model.dbName}.${column} → ${tableOf(field.type)}`);
    }
  }
});
