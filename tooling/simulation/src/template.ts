import { generateKeyPairSync } from "node:crypto";
import { addBankAccount } from "@revio-wallet/core/bank-account/add-bank-account";
import type { Context } from "@revio-wallet/core/context";
import { createRateLimits } from "@revio-wallet/core/rate-limit/create-rate-limits";
import { registerUser } from "@revio-wallet/core/user/register-user";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { Client } from "pg";
import { noReader, silentLog, simKeyring, startMs } from "./base-context.ts";
import type { Customer, Operator } from "./customer.ts";
import { queueSchema } from "./gateway/job-queue.ts";
import { createRandom, seededIds } from "./random.ts";

interface KeyPair {
  privateKey: string;
  publicKey: string;
}

/** What all seeds of a run begin with: a database to clone, its people, and Revio's keys. */
export interface Template {
  superuserUrl: string;
  name: string;
  customers: Customer[];
  operators: Operator[];
  /** An operator who may lift a freeze. */
  reviewer: Operator;
  keys: { webhook: KeyPair; foreign: KeyPair };
  drop(): Promise<void>;
}

const names = ["ann", "ben", "cleo"];

/** Makes the people through the verbs, once, on a migrated database. */
export async function createTemplate(superuserUrl: string): Promise<Template> {
  const database = await cloneDatabase({ superuserUrl });
  const random = createRandom("template");
  const ctx: Context = {
    pool: database.pool,
    reader: noReader,
    clock: { now: () => new Date(startMs - 60_000) },
    ids: seededIds(random),
    enqueue: () => Promise.reject(new Error("nothing is queued here")),
    keyring: simKeyring,
    log: silentLog,
    actor: { kind: "system", id: "simulation" },
    requestId: "template",
  };
  const customers: Customer[] = [];
  for (const name of names) customers.push(await register(ctx, name, customers.length));
  const { operators, reviewer } = await prepareDatabase(database, ctx);
  await database.pool.end();
  return {
    superuserUrl,
    name: database.name,
    customers,
    operators,
    reviewer,
    keys: { webhook: rsaKeyPair(), foreign: rsaKeyPair() },
    drop: async () => {
      const client = new Client({ connectionString: superuserUrl });
      await client.connect();
      await client.query(`DROP DATABASE ${database.name} WITH (FORCE)`);
      await client.end();
    },
  };
}

async function register(ctx: Context, name: string, index: number): Promise<Customer> {
  const rateLimits = createRateLimits(ctx.pool);
  const user = await registerUser(
    { ...ctx, rateLimits },
    {
      email: `${name}@example.com`,
      fullName: "Thandi Nkosi",
      password: "three otters knitting",
      ipAddress: `2001:db8::${index + 1}`,
    },
  );
  const as: Context = { ...ctx, actor: { kind: "user", id: user.id, sessionId: user.id } };
  const bank = await addBankAccount(as, {
    branchCode: "250655",
    accountNumber: `62000001${index}11`,
    accountHolder: "Thandi Nkosi",
    accountType: "current",
  });
  return { name, userId: user.id, bankAccountId: bank.id };
}

async function prepareDatabase(
  database: TestDatabase,
  ctx: Context,
): Promise<{ operators: Operator[]; reviewer: Operator }> {
  const client = new Client({ connectionString: database.superuserUrl });
  await client.connect();
  await client.query(queueSchema);
  const hire = async (email: string, role: string): Promise<Operator> => {
    const id = ctx.ids.uuid(ctx.clock.now());
    await client.query(
      "INSERT INTO operators (id, email, display_name, role, status, created_at) VALUES ($1, $2, 'Op', $3, 'active', $4)",
      [id, email, role, ctx.clock.now()],
    );
    return { id };
  };
  const operators = [
    await hire("one@staff.example", "operator"),
    await hire("two@staff.example", "operator"),
  ];
  const reviewer = await hire("three@staff.example", "reconciliation_checker");
  await client.end();
  return { operators, reviewer };
}

function rsaKeyPair(): KeyPair {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}
