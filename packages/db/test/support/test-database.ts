import { Client, type Pool } from "pg";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { createPool } from "../../src/pool.ts";
import { cloneDatabase, type TestDatabase } from "../../src/testing/create-template-database.ts";

declare module "vitest" {
  interface ProvidedContext {
    superuserUrl: string;
  }
}

/** A database of its own for one test file, with a pool of the owner beside the application's. */
export interface FileDatabase extends TestDatabase {
  owner: Pool;
}

/** Clones the template before the file's tests and drops the clone after them. */
export function useDatabase(options: { poolSize?: number } = {}): FileDatabase {
  const database = {} as FileDatabase;
  beforeAll(async () => {
    Object.assign(
      database,
      await cloneDatabase({ superuserUrl: inject("superuserUrl"), ...options }),
    );
    database.owner = createPool({ connectionString: database.ownerUrl, max: 2 });
  });
  afterAll(async () => {
    await database.owner.end();
    await database.drop();
  });
  return database;
}

/** Opens a connection, runs `work`, closes it. */
export async function withClient<Result>(
  connectionString: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Asserts that the server refuses with this SQLSTATE (and names this constraint). */
export async function expectRefused(
  attempt: Promise<unknown>,
  code: string,
  constraint?: string,
): Promise<void> {
  // Only the refusal matters; a result, if there is one, would be pages long.
  await expect(attempt.then(() => undefined)).rejects.toMatchObject(
    constraint === undefined ? { code } : { code, constraint },
  );
}
