import { randomBytes } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { addBankAccount } from "../../../src/bank-account/add-bank-account.ts";
import { readBankAccount } from "../../../src/bank-account/read-bank-account.ts";
import { signIn } from "../../../src/session/sign-in.ts";
import { startTotp } from "../../../src/session/totp/start-totp.ts";
import { changePassword } from "../../../src/user/change-password.ts";
import { getMe } from "../../../src/user/get-me.ts";
import { readUserContact } from "../../../src/user/read-user-contact.ts";
import { anyAddress, signedInUser } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";

let db: TestDatabase;
let admin: Client;
let ctx: Awaited<ReturnType<typeof testContext>>;
beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  admin = new Client({ connectionString: db.superuserUrl });
  await admin.connect();
  ctx = await testContext(db);
});
afterAll(async () => {
  await admin.end();
  await db.drop();
});

const bank = {
  branchCode: "470010",
  accountHolder: "Canary Holder Zzyzx",
  accountType: "current",
} as const;

/** Everything that the database stores, as bytes: text and JSON as they are, bytea as it is. */
async function dump(): Promise<Buffer> {
  const { rows: columns } = await admin.query<{ table: string; column: string; type: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('r', 'p')
       AND a.attnum > 0 AND NOT a.attisdropped`,
  );
  const parts: Buffer[] = [];
  for (const { table, column, type } of columns) {
    const cast = type === "bytea" ? "" : "::text";
    const { rows } = await admin.query<{ v: Buffer | string | null }>(
      `SELECT "${column}"${cast} AS v FROM ${table}`,
    );
    for (const { v } of rows)
      if (v !== null) parts.push(Buffer.from(v as string), Buffer.from("\n"));
  }
  return Buffer.concat(parts);
}

test("S88 a copy of the database holds no address, name, number, password, token or secret, in no usual form", async () => {
  const canary = {
    email: "canary.zzyzx@example.com",
    fullName: "Canary Zzyzx",
    phone: "+27829998877",
    password: "canary otters knitting zzyzx",
  };
  const { as, tokens } = await signedInUser(ctx, canary);
  await addBankAccount(as, { ...bank, accountNumber: "98765432123" });
  const { secret } = await startTotp(as, { password: canary.password });
  const newPassword = "canary lamps under a quilt zzyzx";
  await changePassword(as, { currentPassword: canary.password, newPassword });
  // Failures leave traces too.
  await signIn(ctx, {
    email: canary.email,
    password: "canary wrong zzyzx",
    ipAddress: anyAddress(),
  }).catch(() => undefined);
  await signIn(ctx, {
    email: "canary.unknown@example.com",
    password: newPassword,
    ipAddress: anyAddress(),
  }).catch(() => undefined);

  const all = await dump();
  expect(all.includes("user.registered")).toBe(true);
  const secrets = [
    ...Object.values(canary),
    newPassword,
    "98765432123",
    bank.accountHolder,
    "canary wrong zzyzx",
    "canary.unknown",
    "zzyzx",
    secret,
    tokens.refreshToken,
    tokens.accessToken,
    "829998877",
  ];
  for (const text of secrets) {
    const forms = [text, text.toLowerCase(), text.toUpperCase()].flatMap((form) => {
      const bytes = Buffer.from(form);
      return [
        form,
        bytes.toString("base64").replaceAll("=", ""),
        bytes.toString("hex"),
        bytes.toString("utf16le"),
      ];
    });
    for (const form of forms) expect(all.includes(form), `${text} as ${form}`).toBe(false);
  }
  const logged = JSON.stringify(ctx.logged);
  for (const text of secrets) expect(logged).not.toContain(text);
});

describe("S88 a ciphertext opens in its own place only", () => {
  const unreadable = /unable to authenticate data|unknown form/;

  test("not in another row, not in another column, not with a bit flipped, not cut", async () => {
    const one = await signedInUser(ctx, { phone: "+27821234567" });
    const two = await signedInUser(ctx, { phone: "+27827654321" });
    const tampering: [string, unknown[]][] = [
      [
        "UPDATE users SET email_ciphertext = (SELECT email_ciphertext FROM users WHERE id = $2) WHERE id = $1",
        [one.user.id, two.user.id],
      ],
      ["UPDATE users SET email_ciphertext = full_name_ciphertext WHERE id = $1", [one.user.id]],
      ["UPDATE users SET phone_ciphertext = email_ciphertext WHERE id = $1", [one.user.id]],
      [
        "UPDATE users SET email_ciphertext = set_byte(email_ciphertext, 0, 2) WHERE id = $1",
        [one.user.id],
      ],
      [
        "UPDATE users SET email_ciphertext = set_byte(email_ciphertext, 5, get_byte(email_ciphertext, 5) # 1) WHERE id = $1",
        [one.user.id],
      ],
      [
        "UPDATE users SET email_ciphertext = set_byte(email_ciphertext, 20, get_byte(email_ciphertext, 20) # 128) WHERE id = $1",
        [one.user.id],
      ],
      [
        "UPDATE users SET email_ciphertext = set_byte(email_ciphertext, 30, get_byte(email_ciphertext, 30) # 4) WHERE id = $1",
        [one.user.id],
      ],
      [
        "UPDATE users SET email_ciphertext = substring(email_ciphertext FOR octet_length(email_ciphertext) - 1) WHERE id = $1",
        [one.user.id],
      ],
      ["UPDATE users SET email_ciphertext = '' WHERE id = $1", [one.user.id]],
      [
        "UPDATE data_keys SET wrapped_key = (SELECT wrapped_key FROM data_keys d JOIN users u ON u.data_key_id = d.id WHERE u.id = $2) WHERE id = (SELECT data_key_id FROM users WHERE id = $1)",
        [one.user.id, two.user.id],
      ],
    ];
    const { rows } = await db.pool.query<Record<string, Buffer>>(
      "SELECT email_ciphertext, phone_ciphertext, wrapped_key FROM users u JOIN data_keys d ON d.id = u.data_key_id WHERE u.id = $1",
      [one.user.id],
    );
    const original = rows[0];
    for (const [statement, values] of tampering) {
      await db.pool.query(statement, values);
      await expect(getMe(one.as), statement).rejects.toThrow(unreadable);
      await db.pool.query(
        "UPDATE users SET email_ciphertext = $2, phone_ciphertext = $3 WHERE id = $1",
        [one.user.id, original?.["email_ciphertext"], original?.["phone_ciphertext"]],
      );
      await db.pool.query(
        "UPDATE data_keys SET wrapped_key = $2 WHERE id = (SELECT data_key_id FROM users WHERE id = $1)",
        [one.user.id, original?.["wrapped_key"]],
      );
      await expect(getMe(one.as)).resolves.toMatchObject({ email: one.email });
    }
    // Two users of one data key would read each other's; the schema does not allow it.
    await expect(
      db.pool.query(
        "UPDATE users SET data_key_id = (SELECT data_key_id FROM users WHERE id = $2) WHERE id = $1",
        [one.user.id, two.user.id],
      ),
    ).rejects.toMatchObject({ code: "23505" });
  });

  test("a payout does not go to another bank account whose number was copied into the row", async () => {
    const victim = await signedInUser(ctx);
    const thief = await signedInUser(ctx);
    const { id } = await addBankAccount(victim.as, { ...bank, accountNumber: "1111111111" });
    const second = await addBankAccount(victim.as, { ...bank, accountNumber: "3333333333" });
    const theirs = await addBankAccount(thief.as, { ...bank, accountNumber: "2222222222" });
    for (const source of [theirs.id, second.id]) {
      await db.pool.query(
        "UPDATE bank_accounts SET account_number_ciphertext = (SELECT account_number_ciphertext FROM bank_accounts WHERE id = $2) WHERE id = $1",
        [id, source],
      );
      await expect(readBankAccount(ctx, db.pool, id)).rejects.toThrow(unreadable);
    }
    // The row handed over to another user: their data key does not open it.
    await db.pool.query("UPDATE bank_accounts SET user_id = $2 WHERE id = $1", [
      second.id,
      thief.user.id,
    ]);
    await expect(readBankAccount(ctx, db.pool, second.id)).rejects.toThrow(unreadable);
  });

  test("S88 equal texts give different bytes, and no IV comes twice", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      const { as, user } = await signedInUser(ctx, { phone: "+27821234567" });
      ids.push(user.id);
      for (let n = 0; n < 3; n++)
        await addBankAccount(as, { ...bank, accountNumber: `77777770${n}` });
    }
    const { rows } = await db.pool.query<{ c: Buffer }>(
      `WITH u AS (SELECT * FROM users WHERE id = ANY ($1)), b AS (SELECT * FROM bank_accounts WHERE user_id = ANY ($1))
       SELECT email_ciphertext AS c FROM u UNION ALL SELECT full_name_ciphertext FROM u UNION ALL SELECT phone_ciphertext FROM u
       UNION ALL SELECT account_number_ciphertext FROM b UNION ALL SELECT account_holder_ciphertext FROM b
       UNION ALL SELECT wrapped_key FROM data_keys WHERE id IN (SELECT data_key_id FROM u)`,
      [ids],
    );
    expect(rows).toHaveLength(5 * (3 + 2 * 3 + 1));
    const ivs = rows.map(({ c }) => c.subarray(1, 13).toString("hex"));
    expect(new Set(ivs).size).toBe(ivs.length);
    const bodies = rows.map(({ c }) => c.subarray(29).toString("hex"));
    expect(new Set(bodies).size).toBe(bodies.length);
  });
});

test("under another keyring nothing opens, and nobody can be looked up", async () => {
  const one = await signedInUser(ctx);
  const other = await testContext(db, {
    keyring: { ...ctx.keyring, keyEncryptionKeys: new Map([["test-1", randomBytes(32)]]) },
  });
  await expect(readUserContact(other, db.pool, one.user.id)).rejects.toThrow(
    /unable to authenticate/,
  );
  const lookup = await testContext(db, { keyring: { ...ctx.keyring, lookupKey: randomBytes(32) } });
  await expect(
    signIn(lookup, { email: one.email, password: one.password, ipAddress: anyAddress() }),
  ).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
});
