import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { database } from "./support/database.ts";
import { addBankAccount, newPerson, payIn, takeOut, withdrawalOnce } from "./support/people.ts";
import { clearFaults, control } from "./support/sandbox.ts";
import { asInput, sendRaw } from "./support/send-raw.ts";
import { stack } from "./support/stack.ts";
import { until } from "./support/until.ts";
import { anyone, call, refusalOf } from "./support/wallet-client.ts";
import { postWebhook, signatureOf } from "./support/webhook-sender.ts";

afterAll(async () => {
  await clearFaults();
  await expectBooksToAgree();
  await database.end();
});

/** Everything that our own processes have written so far. */
async function ourLogs(): Promise<string> {
  const names = (await readdir(stack.logFolder)).filter((name) => /^(api|worker)/.test(name));
  const texts = names.map((name) => readFile(join(stack.logFolder, name), "utf8"));
  return (await Promise.all(texts)).join("");
}

test("S30 S91 I18 no token, password, name, address or account number of anybody is in a log, whatever went wrong", async () => {
  const person = await newPerson();
  const accountNumber = "62999777123";
  await payIn(person, 40_000n);
  const bankAccountId = await addBankAccount(person, accountNumber);
  const first = await takeOut(person, bankAccountId, 10_000n);
  await withdrawalOnce(person, first.id, "completed");

  // The ways in which things go wrong, each with something that should stay between us.
  await control("faults", {
    match: { operation: "payouts.execute" },
    kind: "status",
    status: 500,
    when: "after",
    times: 1,
  });
  const second = await takeOut(person, bankAccountId, 10_000n);
  await withdrawalOnce(person, second.id, "completed");
  await control("faults", {
    match: { operation: "purchases.create" },
    kind: "status",
    status: 400,
    when: "before",
    times: 1,
    body: { client: { email: [{ message: `${person.email} is not known`, code: "invalid" }] } },
  });
  const deposit = { amountMinor: 1_000n, currency: "ZAR", idempotencyKey: randomUUID() } as const;
  expect(await refusalOf(person, "deposit.create", deposit)).toBe("PROVIDER_REJECTED");
  const { email } = person;
  await refusalOf(anyone(), "session.signIn", { email, password: `${person.password}!` });
  await sendRaw({ path: "user.register", type: "mutation" }, `{"json":"${email}`, anyone());
  const forged = signatureOf(`{"email":"${email}"}`).slice(0, -8);
  await postWebhook(`{"email":"${email}"}`, { "x-signature": forged });
  const renewed = await call(person, "session.refresh", { refreshToken: person.refreshToken });

  const requestId = `last-one-${randomUUID().slice(0, 8)}`;
  const me = { path: "user.me", type: "query" } as const;
  const hostile = { "x-request-id": requestId, "user-agent": `"}{"level":"fatal"` };
  expect((await sendRaw(me, asInput({}), person, hostile)).status).toBe(200);
  const logs = await until("the log is written", async () => {
    const text = await ourLogs();
    return text.includes(requestId) && text;
  });
  const secrets = {
    email,
    password: person.password,
    accessToken: person.accessToken,
    signatureOfToken: person.accessToken.split(".")[2] ?? "",
    refreshToken: person.refreshToken,
    renewed: renewed.refreshToken,
    accountNumber,
    name: "Naledi",
    executionUrl: "/po/",
    serviceToken: stack.internalApiToken,
    webhookSignature: forged,
  };
  const found = Object.entries(secrets).filter(([, secret]) => logs.includes(secret));
  expect(found.map(([what]) => what)).toEqual([]);
});

test("S58 every line of a log is one JSON object with time and level", async () => {
  const lines = (await ourLogs()).split("\n").filter((line) => line.startsWith("{"));
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines.slice(0, -1)) {
    const { time, level } = JSON.parse(line) as { time?: string; level?: string };
    expect([typeof time, level]).toEqual(["string", expect.stringMatching(/info|warn|error/)]);
  }
});
