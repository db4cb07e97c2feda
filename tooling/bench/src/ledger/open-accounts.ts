import { readFile } from "node:fs/promises";
import type { LedgerAccountCode } from "@revio-wallet/core/ledger/chart-of-accounts";
import { Client } from "pg";

/** A ledger account by both its names: core takes the code, the floor the id. */
export interface BenchAccount {
  id: bigint;
  code: LedgerAccountCode;
}

export interface BenchAccounts {
  /** The `available` account of each user. */
  users: readonly BenchAccount[];
  /** House accounts of the bench's own, as many as users: the house side when it is spread. */
  houses: readonly BenchAccount[];
  /** `house:revio_float:ZAR`: the house side when it is hot. */
  float: BenchAccount;
}

/**
 * Opens users with accounts, and house accounts, in bulk and as owner; then makes the floor's twin tables. Registration
 * would hash a password per user and take half an hour; it is not what is measured.
 */
export async function openAccounts(options: {
  ownerUrl: string;
  superuserUrl: string;
  count: number;
}): Promise<BenchAccounts> {
  const { ownerUrl, superuserUrl, count } = options;
  const accounts = await connected(ownerUrl, async (owner) => {
    await owner.query(openUsers, [count]);
    await owner.query(openHouses, [count]);
    await owner.query(await readFile(new URL("floor.sql", import.meta.url), "utf8"));
    await owner.query("VACUUM ANALYZE");
    return readAccounts(owner);
  });
  // Nothing of the preparation is left to be written while we measure.
  await connected(superuserUrl, (superuser) => superuser.query("CHECKPOINT"));
  return accounts;
}

const openUsers = `
  WITH person AS (SELECT gen_random_uuid() AS id, gen_random_uuid() AS key_id, n FROM generate_series(1, $1::int) AS n),
  key AS (
    INSERT INTO data_keys (id, purpose, wrapped_key, key_encryption_key_id, created_at)
    SELECT key_id, 'user', '\\x00', 'bench', now() FROM person
  ),
  opened AS (
    INSERT INTO users (id, status, email_lookup, email_ciphertext, full_name_ciphertext, data_key_id, password_hash,
                       password_changed_at, created_at, updated_at)
    SELECT id, 'active', sha256(convert_to('bench ' || n, 'UTF8')), '\\x00', '\\x00', key_id, '$argon2id$bench', now(), now(), now()
    FROM person RETURNING id
  )
  SELECT count(open_user_accounts(id, 'ZAR', now())::text) FROM opened`;

const openHouses = `
  INSERT INTO ledger_accounts (code, type, normal_side, currency, name, created_at)
  SELECT 'house:bench_' || n || ':ZAR', 'asset', 'debit', 'ZAR', 'bench_' || n, now() FROM generate_series(1, $1::int) AS n`;

async function readAccounts(owner: Client): Promise<BenchAccounts> {
  const read = async (condition: string): Promise<BenchAccount[]> => {
    const { rows } = await owner.query<{ id: string; code: LedgerAccountCode }>(
      `SELECT id, code FROM ledger_accounts WHERE ${condition}`,
    );
    return rows.map(({ id, code }) => ({ id: BigInt(id), code }));
  };
  const users = await read("user_id IS NOT NULL AND name = 'available'");
  const houses = await read("user_id IS NULL AND name LIKE 'bench_%'");
  const [float] = await read("code = 'house:revio_float:ZAR'");
  if (float === undefined) throw new Error("the migrations opened no house:revio_float:ZAR");
  return { users, houses, float };
}

async function connected<Result>(
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
