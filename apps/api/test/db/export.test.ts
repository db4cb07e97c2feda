import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import superjson from "superjson";
import { seedTransactions } from "@revio-wallet/db/testing/seed-transactions";
import { answerExport } from "../../src/http/answer-export.ts";
import { signedInOperator } from "../signed-in-operator.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let superuser: Client;
beforeAll(async () => {
  services = await openTestServices("api");
  superuser = new Client({ connectionString: services.database.superuserUrl });
  await superuser.connect();
  const range = { from: new Date("2026-10-01T00:00:00Z"), to: new Date("2026-11-01T00:00:00Z") };
  await seedTransactions(superuser, { transactions: 2_400, perUser: 60, ...range });
});
afterAll(async () => {
  await superuser.end();
  await services[Symbol.asyncDispose]();
});

async function exportAs(role: string, input: object, factor: "passkey" | null = "passkey") {
  const { sessionToken } = await signedInOperator(superuser, role, factor);
  const request = new Request("http://api/internal/export/transactions", {
    method: "POST",
    headers: { "content-type": "application/json", "x-request-id": "export-test-request" },
    body: superjson.stringify(input),
  });
  const credentials = {
    kind: "operator",
    sessionToken,
    address: undefined,
    stepUpId: undefined,
  } as const;
  return answerExport(request, { credentials, services });
}
const audited = async () => {
  const { rows } = await superuser.query<{ details: object }>(
    "SELECT details FROM audit_events WHERE action = 'transactions.exported' ORDER BY sequence",
  );
  return rows.map(({ details }) => details);
};

test("C16 all that match, newest first, with the columns and the zone that were asked for; on record", async () => {
  const answer = await exportAs("support", {
    filter: { kinds: ["withdrawal"], statuses: ["completed"] },
    columns: ["reference", "amount", "created_at"],
    zone: "Africa/Johannesburg",
    withByteOrderMark: true,
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/csv");
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.subarray(0, 3).toString("hex")).toBe("efbbbf");
  const [header, ...lines] = bytes.subarray(3).toString().split("\r\n");
  expect(header).toBe("reference,amount,created_at");
  expect(lines.pop()).toBe("");
  const { rows } = await superuser.query<{ line: string }>(
    `SELECT reference || ',' || (amount_minor / 100) || '.' || lpad((amount_minor % 100)::text, 2, '0') || ','
       || to_char(created_at AT TIME ZONE 'Africa/Johannesburg', 'YYYY-MM-DD"T"HH24:MI:SS.MS') || '+02:00' AS line
     FROM transactions WHERE kind = 'withdrawal' AND status = 'completed' ORDER BY created_at DESC, id DESC`,
  );
  expect(lines.length).toBeGreaterThan(1_000);
  expect(lines).toEqual(rows.map(({ line }) => line));
  expect((await audited()).at(-1)).toEqual({
    columns: "reference amount created_at",
    zone: "Africa/Johannesburg",
    filter: '{"kinds":["withdrawal"],"statuses":["completed"]}',
  });
});

test("C16 it is read as it is taken: who goes away after the first lines costs no more", async () => {
  const answer = await exportAs("operator", { filter: {} });
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toMatch(/^id,reference,kind/);
  const second = await reader?.read();
  expect(new TextDecoder().decode(second?.value).split("\r\n")).toHaveLength(1_001);
  await reader?.cancel();
});

test("C16 who may not, is not signed in wholly, or asks for nonsense gets no line, and nothing is on record", async () => {
  const before = (await audited()).length;
  expect((await exportAs("viewer", { filter: {} })).status).toBe(403);
  expect((await exportAs("support", { filter: {} }, null)).status).toBe(401);
  for (const input of [
    {},
    { filter: { unknown: 1 } },
    { filter: {}, columns: ["password"] },
    { filter: {}, columns: [] },
  ]) {
    const answer = await exportAs("support", input);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { json: { data: { appCode: "INVALID_INPUT", requestId: "export-test-request" } } },
    });
  }
  expect(await audited()).toHaveLength(before);
});
