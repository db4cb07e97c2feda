import { randomBytes } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { createDataKey, readDataKey } from "../../../src/encryption/data-key.ts";
import type { Keyring } from "../../../src/encryption/keyring.ts";
import { rotateDataKeys } from "../../../src/encryption/rotate-data-keys.ts";
import { readUserContact } from "../../../src/user/read-user-contact.ts";
import { registeredUser } from "../../registered-user.ts";
import { testContext, testKeyring } from "../../test-context.ts";

let db: TestDatabase;
let ctx: Awaited<ReturnType<typeof testContext>>;
let both: Keyring;
let onlyNew: Keyring;
beforeEach(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  ctx = await testContext(db);
  const key = randomBytes(32);
  both = {
    ...ctx.keyring,
    currentKeyId: "test-2",
    keyEncryptionKeys: new Map([["test-2", key], ...ctx.keyring.keyEncryptionKeys]),
  };
  onlyNew = { ...both, keyEncryptionKeys: new Map([["test-2", key]]) };
});
afterEach(() => db.drop());

/** Data keys of the first keyring, with the bytes they must still have afterwards. */
async function dataKeys(count: number): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    const { id, bytes } = await createDataKey(ctx, db.pool, "provider");
    keys.set(id, bytes.toString("hex"));
  }
  return keys;
}

async function expectReadable(keys: Map<string, string>, keyring: Keyring): Promise<void> {
  for (const [id, bytes] of keys) {
    const read = await readDataKey({ ...ctx, keyring }, db.pool, id);
    expect(read.bytes.toString("hex")).toBe(bytes);
  }
}

test("S89 every data key is rewrapped and none changed; afterwards the old key can go", async () => {
  const { user, email } = await registeredUser(ctx);
  const keys = await dataKeys(25);
  await expect(readUserContact({ ...ctx, keyring: onlyNew }, db.pool, user.id)).rejects.toThrow(
    /key-encryption key test-1 is not configured/,
  );
  const progress: number[] = [];
  const report = await rotateDataKeys(
    { ...ctx, keyring: both },
    { batchSize: 10, onProgress: (rewrapped) => progress.push(rewrapped) },
  );
  expect(report).toEqual({ currentKeyId: "test-2", rewrapped: 26, remaining: {} });
  expect(progress).toEqual([10, 20, 26]);
  await expectReadable(keys, onlyNew);
  expect(await readUserContact({ ...ctx, keyring: onlyNew }, db.pool, user.id)).toMatchObject({
    email,
  });
  const audit = await db.pool.query(
    "SELECT details FROM audit_events WHERE action = 'data_keys.rewrapped' ORDER BY sequence",
  );
  expect(audit.rows).toEqual([
    { details: { count: 10 } },
    { details: { count: 10 } },
    { details: { count: 6 } },
  ]);
});

test("S89 stopped half way, everything is readable; run again, it does the rest; once more, nothing", async () => {
  const keys = await dataKeys(25);
  const stop = rotateDataKeys(
    { ...ctx, keyring: both },
    {
      batchSize: 10,
      onProgress: (rewrapped) => {
        if (rewrapped === 20) throw new Error("power cut");
      },
    },
  );
  await expect(stop).rejects.toThrow("power cut");
  await expectReadable(keys, both);
  expect(await rotateDataKeys({ ...ctx, keyring: both })).toEqual({
    currentKeyId: "test-2",
    rewrapped: 5,
    remaining: {},
  });
  expect(await rotateDataKeys({ ...ctx, keyring: both })).toEqual({
    currentKeyId: "test-2",
    rewrapped: 0,
    remaining: {},
  });
  await expectReadable(keys, onlyNew);
});

test("S89 three rotations at once, while users register and are read: each key rewrapped once, nothing fails", async () => {
  const keys = await dataKeys(60);
  const readers = { ...ctx, keyring: both };
  const rotation = { done: false };
  const load = async () => {
    const users: { id: string; email: string }[] = [];
    // Another process that has not been told of the new key yet.
    for (let i = 0; i < 6; i++) {
      const { user, email } = await registeredUser(ctx);
      users.push({ id: user.id, email });
    }
    while (!rotation.done) {
      for (const { id, email } of users) {
        expect(await readUserContact(readers, db.pool, id)).toMatchObject({ email });
      }
    }
    return users;
  };
  const loading = load();
  const reports = await Promise.all(
    Array.from({ length: 3 }, () => rotateDataKeys({ ...ctx, keyring: both }, { batchSize: 5 })),
  );
  rotation.done = true;
  const users = await loading;
  const last = await rotateDataKeys({ ...ctx, keyring: both });
  expect(last.remaining).toEqual({});
  const total = [...reports, last].reduce((sum, report) => sum + report.rewrapped, 0);
  expect(total).toBe(66);
  await expectReadable(keys, onlyNew);
  for (const { id, email } of users) {
    expect(await readUserContact({ ...ctx, keyring: onlyNew }, db.pool, id)).toMatchObject({
      email,
    });
  }
});

test("an old key missing from the keyring: a clear error, before anything is written", async () => {
  await dataKeys(3);
  const before = await db.pool.query("SELECT * FROM data_keys ORDER BY id");
  await expect(rotateDataKeys({ ...ctx, keyring: onlyNew })).rejects.toThrow(
    /lacks key-encryption keys that are still in use: test-1 \(wraps 3 data keys\)/,
  );
  const after = await db.pool.query("SELECT * FROM data_keys ORDER BY id");
  expect(after.rows).toEqual(before.rows);
});

test("a wrong key under the old id: the batch is rolled back", async () => {
  await dataKeys(3);
  const wrong: Keyring = {
    ...both,
    keyEncryptionKeys: new Map([...both.keyEncryptionKeys, ...testKeyring().keyEncryptionKeys]),
  };
  await expect(rotateDataKeys({ ...ctx, keyring: wrong })).rejects.toThrow(
    /unable to authenticate/,
  );
  const { rows } = await db.pool.query(
    "SELECT 1 FROM data_keys WHERE key_encryption_key_id = 'test-1'",
  );
  expect(rows).toHaveLength(3);
});

test("two rotations with different targets come to an end", async () => {
  const keys = await dataKeys(20);
  const back: Keyring = { ...both, currentKeyId: "test-1" };
  await Promise.all([
    rotateDataKeys({ ...ctx, keyring: both }, { batchSize: 2 }),
    rotateDataKeys({ ...ctx, keyring: back }, { batchSize: 2 }),
  ]);
  await expectReadable(keys, both);
});
