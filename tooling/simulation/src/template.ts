import { generateKeyPairSync } from "node:crypto";
import { addBankAccount } from "@revio-wallet/core/bank-account/add-bank-account";
import { decideAdjustment } from "@revio-wallet/core/approval/decide-adjustment";
import { requestAdjustment } from "@revio-wallet/core/approval/request-adjustment";
import type { Context } from "@revio-wallet/core/context";
import { createRateLimits } from "@revio-wallet/core/rate-limit/create-rate-limits";
import { registerUser } from "@revio-wallet/core/user/register-user";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { Client } from "pg";
import { accountNumberPrefix, canaryPassword } from "./secrets.ts";
import { noReader, silentLog, simKeyring, startMs } from "./base-context.ts";
import { type Customer, type Operator, operatorRoles } from "./customer.ts";
import { queueSchema } from "./gateway/job-queue.ts";
import { createRandom, seededIds } from "./random.ts";

/** In the sandbox's account from the start. */
export const openingFloatMinor = 100_000_000n;

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
  keys: { webhook: KeyPair; foreign: KeyPair };
  drop(): Promise<void>;
}

/** The last one moves no money of her own: she only tries that of the others. */
const names = ["ann", "ben", "cleo"];

/** So tight that two requests at once can break them, if they do not see each other. */
const limitsSql = `
  UPDATE transaction_limits SET max_amount_minor = 3000000, max_per_day_minor = 3100000, max_count_per_day = 5 WHERE kind = 'deposit';
  UPDATE transaction_limits SET max_per_day_minor = 3000000, max_count_per_day = 8 WHERE kind = 'withdrawal'`;

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
  const operators = await prepareDatabase(database, ctx);
  await bookOpeningFloat(ctx, operators);
  await database.pool.end();
  return {
    superuserUrl,
    name: database.name,
    customers,
    operators,
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
      password: canaryPassword,
      ipAddress: `2001:db8::${index + 1}`,
    },
  );
  const as: Context = { ...ctx, actor: { kind: "user", id: user.id, sessionId: user.id } };
  const bank = await addBankAccount(as, {
    branchCode: "250655",
    accountNumber: `${accountNumberPrefix}${index}11`,
    accountHolder: "Thandi Nkosi",
    accountType: "current",
  });
  return { name, userId: user.id, bankAccountId: bank.id };
}

async function prepareDatabase(database: TestDatabase, ctx: Context): Promise<Operator[]> {
  const client = new Client({ connectionString: database.superuserUrl });
  await client.connect();
  await client.query(queueSchema);
  const operators: Operator[] = [];
  for (const [index, role] of operatorRoles.entries()) {
    const id = ctx.ids.uuid(ctx.clock.now());
    await client.query(
      "INSERT INTO operators (id, email, display_name, role, status, created_at) VALUES ($1, $2, 'Op', $3, 'active', $4)",
      [id, `${index}@staff.example`, role, ctx.clock.now()],
    );
    operators.push({ id, role });
  }
  await client.query(limitsSql);
  await client.end();
  return operators;
}

/** What the sandbox says we have there before anything happens: the house's own money, booked as operators book it. */
async function bookOpeningFloat(ctx: Context, operators: readonly Operator[]): Promise<void> {
  const as = (role: Operator["role"]): Context => {
    const id = operators.find((operator) => operator.role === role)?.id ?? "";
    return { ...ctx, actor: { kind: "operator", id } };
  };
  const { approvalId } = await requestAdjustment(as("reconciliation_maker"), {
    debitAccount: "house:revio_float:ZAR",
    creditAccount: "house:adjustments:ZAR",
    amountMinor: openingFloatMinor,
    reason: "our own money for payouts",
    idempotencyKey: ctx.ids.uuid(ctx.clock.now()),
  });
  await decideAdjustment(as("administrator"), { approvalId, decision: "approved" });
}

function rsaKeyPair(): KeyPair {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}
