import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { schema } from "./schema.ts";

// The row type named at a call states what that SQL selects; nothing else could infer it.
/* oxlint-disable typescript/no-unnecessary-type-parameters */

/** SQLite behind five verbs. Everything is synchronous, so an effect and its events commit together. */
export interface Store {
  /** First row, or undefined. Integers beyond 2^53 make node:sqlite throw rather than round. */
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined;
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[];
  run(sql: string, ...values: SQLInputValue[]): number;
  /** Runs `work` in one database transaction; a nested call joins the outer one. */
  transaction<Result>(work: () => Result): Result;
  readValue<Value>(name: string): Value | undefined;
  writeValue(name: string, value: unknown): void;
  nextCounter(name: string): number;
  close(): void;
}

/** Opens (and creates when needed) the database file, or `:memory:`. */
export function openStore(databaseFile: string): Store {
  const database = new DatabaseSync(databaseFile);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;",
  );
  database.exec(schema);
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  let depth = 0;
  const store: Store = {
    get: <Row>(sql: string, ...values: SQLInputValue[]) =>
      prepare(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as Row[],
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    transaction(work) {
      if (depth > 0) return work();
      database.exec("BEGIN IMMEDIATE");
      depth += 1;
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      } finally {
        depth -= 1;
      }
    },
    readValue<Value>(name: string) {
      const row = store.get<{ value: string }>(
        "SELECT value FROM stored_values WHERE name = ?",
        name,
      );
      return row ? (JSON.parse(row.value) as Value) : undefined;
    },
    writeValue(name, value) {
      store.run(
        "INSERT INTO stored_values (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        JSON.stringify(value),
      );
    },
    nextCounter(name) {
      const row = store.get<{ position: number }>(
        "INSERT INTO counters (name, position) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET position = position + 1 RETURNING position",
        name,
      );
      if (!row) throw new Error(`counter ${name} returned no row`);
      return row.position;
    },
    close: () => database.close(),
  };
  return store;
}
