import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPool } from "@revio-wallet/db/pool";
import { findReconciliationRun } from "@revio-wallet/db/sql/reconciliation-runs";
import type { TestDatabase } from "@revio-wallet/db/testing/create-template-database";
import { createRevioClient } from "@revio-wallet/revio-client/create-revio-client";
import { requestRun } from "../../src/reconciliation/request-run.ts";
import type { RevioContext } from "../../src/revio/revio-context.ts";
import { runReconciliation } from "../../src/revio/run-reconciliation.ts";
import { testContext } from "../test-context.ts";

// A process of its own, with little memory: `node --max-old-space-size=… long-statement.ts <lines>`. It reconciles a statement
// of so many lines, which a server beside it makes up while it is being read, through the real download, store and match.
// The lines lie in the margin of the window: matched, but not looked into one by one.

const lines = Number(process.argv[2]);
const { APP_DATABASE_URL: appUrl = "", READER_DATABASE_URL: readerUrl = "" } = process.env;

const statementId = "0f0f0f0f-0000-4000-8000-000000000001";
const brandId = "0f0f0f0f-0000-4000-8000-000000000002";
const windowFrom = new Date("2026-11-22T10:00:00.000Z");
const windowTo = new Date("2026-11-22T11:00:00.000Z");

const header =
  "id,product,related_to,reference,status,currency,amount,fee,is_outgoing,client_email,paid_on\r\n";
const hex = (value: number, width: number) => value.toString(16).padStart(width, "0");
const line = (index: number) =>
  `${hex(index, 8)}-0000-4000-8000-${hex(index, 12)},purchase,,DEP-${index},paid,ZAR,${index}.25,1.00,False,"payer ${index}, of somewhere <someone@example.com>",2026-11-22 09:${String(index % 60).padStart(2, "0")}:00\r\n`;

const server = createServer((request, response) => {
  const base = `http://${request.headers.host}`;
  if (request.url?.startsWith("/file") === true) {
    response.writeHead(200, { "content-type": "text/csv" });
    response.write(header);
    let index = 0;
    // As fast as it is read, no faster.
    const more = () => {
      while (index < lines) {
        index += 1;
        if (!response.write(line(index))) return response.once("drain", more);
      }
      return response.end();
    };
    more();
    return;
  }
  const statement = {
    id: statementId,
    format: "csv",
    timezone: "UTC",
    is_test: true,
    query_string: "",
    status: "success",
    download_url: `${base}/file`,
    began_on: 1,
    finished_on: 1,
    created_on: 1,
    updated_on: 1,
  };
  request.resume();
  response.writeHead(request.method === "POST" ? 201 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(statement));
});
await new Promise<void>((resolve) => {
  server.listen(0, "127.0.0.1", resolve);
});
const { port } = server.address() as AddressInfo;

const pool = createPool({ connectionString: appUrl, max: 4 });
const base = await testContext({ pool, readerUrl } as TestDatabase);
const ctx: RevioContext = {
  ...base,
  enqueue: () => Promise.resolve(),
  revio: createRevioClient({
    baseUrl: `http://127.0.0.1:${port}/api/v1/`,
    apiKey: "a-key-of-the-test",
    brandId,
    expectTest: true,
  }),
  revioSettings: { expectTest: true, payoutMethod: undefined, senderName: "Test Wallet" },
};
const { id } = await requestRun(ctx, { kind: "statement", windowFrom, windowTo });
const startedAt = performance.now();
for (;;) {
  await runReconciliation(ctx, { runId: id });
  const run = await findReconciliationRun(pool, id);
  if (run?.state === "running") continue;
  const { state, lineCount, fileBytes, breakCount } = run ?? {};
  process.stdout.write(
    JSON.stringify({
      state,
      lines: Number(lineCount),
      breaks: Number(breakCount),
      fileBytes: Number(fileBytes),
      seconds: Math.round((performance.now() - startedAt) / 1000),
      maxRssMib: Math.round(process.resourceUsage().maxRSS / 1024),
    }),
  );
  break;
}
server.close();
server.closeAllConnections();
await pool.end();
await base.reader.$disconnect();
