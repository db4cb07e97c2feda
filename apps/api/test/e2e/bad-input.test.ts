import { randomUUID } from "node:crypto";
import { deserialize, type SuperJSONResult } from "superjson";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { canary, expectCleanRefusal } from "./support/clean-refusal.ts";
import { countRows, database } from "./support/database.ts";
import { addBankAccount, newPerson, payIn, type Person } from "./support/people.ts";
import { partnerProcedures, type Procedure } from "./support/procedures.ts";
import { samplesFor } from "./support/samples.ts";
import { asInput, sendRaw } from "./support/send-raw.ts";
import { type Caller, someAddress } from "./support/wallet-client.ts";

let person: Person;
let samples: Record<string, object>;
let before: Record<string, bigint>;

beforeAll(async () => {
  person = await newPerson();
  const { id: transactionId } = await payIn(person, 20_000n);
  samples = samplesFor({ transactionId, bankAccountId: await addBankAccount(person) });
  await expectBooksToAgree();
});
beforeEach(async () => {
  before = await countRows();
});
afterAll(async () => {
  await expectBooksToAgree();
  await database.end();
});

/** Signed in where that is needed; else from another address each time, for those are counted. */
function callerOf({ access }: Procedure): Caller {
  return access === "user" ? person : { address: someAddress() };
}

async function expectNothingWritten(): Promise<void> {
  expect(await countRows()).toEqual(before);
}

/** Asked about the value as it arrives: on the wire an invalid date is nothing. */
function isRefused({ input }: Procedure, value: unknown): boolean {
  const arrived = deserialize(JSON.parse(asInput(value)) as SuperJSONResult);
  return !input.safeParse(arrived).success;
}

/** Values that no field takes, or only by mistake. */
const wrongValues: unknown[] = [
  null,
  true,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER,
  -1n,
  0n,
  2n ** 64n,
  [],
  [canary],
  {},
  { not: canary },
  { contains: "" },
  `${canary}${"x".repeat(6_000)}`,
  `${canary}\0`,
  `${canary}\u202e\ud800`,
  `'; DROP TABLE users; -- ${canary}`,
  new Date(Number.NaN),
  new Map([[canary, 1]]),
];

test("there is a sample input for every procedure, and each is one", () => {
  expect(Object.keys(samples).sort()).toEqual(partnerProcedures.map(({ path }) => path).sort());
  for (const procedure of partnerProcedures) {
    expect(
      procedure.input.safeParse(samples[procedure.path]).error,
      procedure.path,
    ).toBeUndefined();
  }
});

describe.each(partnerProcedures.map((procedure) => [procedure.path, procedure] as const))(
  "%s",
  (path, procedure) => {
    test("S85 refuses text that is no JSON, and JSON that is no input", async () => {
      const texts = [
        `{"json":{"a":"${canary}"`,
        canary,
        `{"json":"${canary}"}`,
        `{"json":["${canary}"]}`,
        '{"json":null}',
        '{"json":42}',
        `["${canary}"]`,
        `"${canary}"`,
        "42",
        "null",
        `{"canary":"${canary}"}`,
        `{"json":{"a":1},"meta":"${canary}"}`,
        `{"json":{"a":1},"meta":{"values":{"a":["custom","${canary}"]}}}`,
        `{"json":{"a":1},"meta":{"values":{"a.b.c":["bigint"]}}}`,
        `{"json":${"[".repeat(1_000)}${"]".repeat(1_000)}}`,
        "\u0000",
      ];
      for (const text of texts) {
        const answer = await sendRaw(procedure, text, callerOf(procedure));
        expectCleanRefusal(answer, "INVALID_INPUT");
      }
      if (isRefused(procedure, undefined)) {
        const empty = await sendRaw(procedure, undefined, callerOf(procedure));
        expectCleanRefusal(empty, "INVALID_INPUT");
      }
      await expectNothingWritten();
    });

    test("refuses a field that it does not know", async () => {
      const input = { ...samples[path], isAdmin: canary };
      const answer = await sendRaw(procedure, asInput(input), callerOf(procedure));
      expectCleanRefusal(answer, "INVALID_INPUT");
      expect(answer.error?.fieldErrors).toContainEqual({
        path: "isAdmin",
        message: "This field is not known.",
      });
      await expectNothingWritten();
    });

    test("S57 S65 refuses every field with a value of another kind", async () => {
      let refused = 0;
      for (const field of Object.keys(samples[path] ?? {})) {
        for (const value of wrongValues) {
          const input = { ...samples[path], [field]: value };
          if (!isRefused(procedure, input)) continue;
          const answer = await sendRaw(procedure, asInput(input), callerOf(procedure));
          expectCleanRefusal(answer, "INVALID_INPUT");
          expect(answer.error?.fieldErrors?.[0]?.path.split(".")[0]).toBe(field);
          refused++;
        }
      }
      const fields = Object.keys(samples[path] ?? {}).length;
      expect(refused).toBeGreaterThanOrEqual(fields * 5);
      await expectNothingWritten();
    });

    test("S62 does not let superjson reach into prototypes", async () => {
      for (const target of ["__proto__.isAdmin", "constructor.prototype.isAdmin", "prototype.x"]) {
        const input = JSON.stringify({
          json: { ...(JSON.parse(asInput(samples[path])) as { json: object }).json, a: canary },
          meta: { values: { [target]: ["Date"], a: ["Date"] } },
        });
        const answer = await sendRaw(procedure, input, callerOf(procedure));
        expectCleanRefusal(answer, "INVALID_INPUT");
      }
      const own = `{"json":{"__proto__":{"isAdmin":"${canary}"},"constructor":{"prototype":1}}}`;
      const answer = await sendRaw(procedure, own, callerOf(procedure));
      expectCleanRefusal(answer, "INVALID_INPUT");
      await expectNothingWritten();
    });
  },
);

describe("amounts", () => {
  const create = { path: "deposit.create", type: "mutation" } as const;
  const text = (amount: string, type?: string) =>
    `{"json":{"amountMinor":${amount},"currency":"ZAR","idempotencyKey":"${randomUUID()}"}` +
    (type === undefined ? "}" : `,"meta":{"values":{"amountMinor":["${type}"]}}}`);

  test.each([
    ["negative", '"-1"', "bigint"],
    ["zero", '"0"', "bigint"],
    ["minus zero", '"-0"', "bigint"],
    ["2^63", '"9223372036854775808"', "bigint"],
    ["a thousand digits", `"${"9".repeat(1_000)}"`, "bigint"],
    ["a float", '"10.5"', "bigint"],
    ["an exponent", '"1e9"', "bigint"],
    ["Arabic digits", '"٣٣٣٣"', "bigint"],
    ["a comma", '"1,000"', "bigint"],
    ["empty", '""', "bigint"],
    ["blank", '"   "', "bigint"],
    ["a plain number", "1500", undefined],
    ["a float number", "1500.5", undefined],
    ["an exponent number", "1e300", undefined],
    ["a plain string", '"1500"', undefined],
    ["NaN", '"NaN"', "number"],
    ["Infinity", '"Infinity"', "number"],
    ["a date", '"2026-01-01T00:00:00.000Z"', "Date"],
    ["hexadecimal beyond 63 bits", '"0xFFFFFFFFFFFFFFFF"', "bigint"],
  ])("S65 %s is refused", async (_, amount, type) => {
    const answer = await sendRaw(create, text(amount, type), person);
    expectCleanRefusal(answer, "INVALID_INPUT");
    await expectNothingWritten();
  });

  test("S37 below and above the limits of one deposit: refused as such", async () => {
    for (const amount of ["999", "5000001", "9223372036854775807"]) {
      const answer = await sendRaw(create, text(`"${amount}"`, "bigint"), person);
      expectCleanRefusal(answer, "LIMIT_EXCEEDED");
    }
    // A refusal of a money request is remembered, and nothing else.
    const after = await countRows();
    expect(after).toEqual({ ...before, idempotency_keys: (before["idempotency_keys"] ?? 0n) + 3n });
  });

  test.each(["USD", "zar", "ZAR ", "", "XXX", "constructor"])(
    "currency %j is refused",
    async (currency) => {
      const input = { amountMinor: 1_500n, currency, idempotencyKey: randomUUID() };
      expectCleanRefusal(await sendRaw(create, asInput(input), person), "INVALID_INPUT");
      await expectNothingWritten();
    },
  );

  test.each([
    "https://evil.example/",
    "http://localhost:5173@evil.example/",
    "http://localhost:5173.evil.example/",
    "http://localhost:5174/",
    "https://localhost:5173/",
    "javascript:alert(1)",
    "//localhost:5173/",
    "http://user:pass@localhost:5173/",
    "\0",
    "'--",
  ])("S54 return URL %j leads elsewhere and is refused", async (returnUrl) => {
    const input = { amountMinor: 1_500n, currency: "ZAR", idempotencyKey: randomUUID(), returnUrl };
    expectCleanRefusal(await sendRaw(create, asInput(input), person), "INVALID_INPUT");
    await expectNothingWritten();
  });
});

describe("S56 text that other systems would act on", () => {
  const strange = [
    "'--",
    "\0",
    "$1",
    "%_",
    "‘’“”",
    "\ud800",
    "{{7*7}}",
    "\r\nset-cookie: a=b",
    "=1+1",
  ];
  const strings = partnerProcedures.flatMap((procedure) =>
    Object.entries(samplesFor({ transactionId: randomUUID(), bankAccountId: randomUUID() }))
      .filter(([path]) => path === procedure.path)
      .flatMap(([, sample]) => Object.entries(sample ?? {}))
      .filter(([, value]) => typeof value === "string")
      .map(([field]) => [procedure.path, field, procedure] as const),
  );

  test.each(strings)("%s %s is taken as text, or refused", async (path, field, procedure) => {
    for (const value of strange) {
      const input = { ...samples[path], idempotencyKey: randomUUID(), [field]: value };
      const known = procedure.input.safeParse(input).success
        ? input
        : { ...samples[path], [field]: value };
      const answer = await sendRaw(procedure, asInput(known), callerOf(procedure));
      expect(answer.status, answer.raw).toBeLessThan(500);
      expect(answer.error?.appCode).not.toBe("INTERNAL");
    }
  });

  test.each(["'--", "\0", "%_", "bm9wZQ", Buffer.from("2026-01-01 x").toString("base64url")])(
    "a cursor %j that is not ours is refused",
    async (cursor) => {
      for (const path of ["transaction.list", "deposit.list"]) {
        const answer = await sendRaw({ path, type: "query" }, asInput({ cursor }), person);
        expectCleanRefusal(answer, "INVALID_INPUT");
      }
    },
  );
});
