import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { currencies } from "../../../src/money.ts";
import { statusChanges } from "../../../src/transaction/transaction-status.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => database.drop());

test("the status machine in code is the one that the database enforces", async () => {
  const { rows } = await database.pool.query<{ kind: string; status: string; to: string | null }>(
    `SELECT s.kind, s.status, c.to_status AS to FROM transaction_statuses s
     LEFT JOIN transaction_status_changes c ON c.kind = s.kind AND c.from_status = s.status`,
  );
  const inCode = Object.entries(statusChanges).flatMap(([kind, statuses]) =>
    Object.entries(statuses as Record<string, readonly string[]>).flatMap(([status, tos]) =>
      tos.length === 0 ? [`${kind} ${status}`] : tos.map((to) => `${kind} ${status} → ${to}`),
    ),
  );
  const inSql = rows.map(({ kind, status, to }) =>
    to === null ? `${kind} ${status}` : `${kind} ${status} → ${to}`,
  );
  expect(new Set(inCode)).toEqual(new Set(inSql));
  expect(inCode).toHaveLength(inSql.length);
});

test("so are the currencies", async () => {
  const { rows } = await database.pool.query<{ code: string }>("SELECT code FROM currencies");
  expect(new Set(currencies)).toEqual(new Set(rows.map(({ code }) => code)));
});
