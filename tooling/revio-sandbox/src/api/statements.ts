import { createHmac } from "node:crypto";
import { isTimezone } from "../purchase/read-purchase-details.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { collectLines, filterLines, printCsv } from "../statements/statement-lines.ts";
import { disturbLines, totalLines } from "../statements/statement-faults.ts";
import {
  listStatements,
  requireStatement,
  saveStatement,
  type StatementDocument,
} from "../statements/statement-store.ts";
import { scheduleTask, type Task } from "../tasks.ts";
import { generalError } from "./api-error.ts";
import { FieldReader } from "./field-reader.ts";
import { type ApiRequest, jsonResponse, operation, type SandboxHono } from "./operation.ts";
import { paginate } from "./paginate.ts";

const urlLifetimeSeconds = 3600;

/** `/api/v1/company_statements/`: the only bulk read, and asynchronous. */
export function addStatementRoutes(app: SandboxHono, sandbox: Sandbox): void {
  const base = "/api/v1/company_statements/";
  app.post(
    base,
    operation(sandbox, "statements.create", (request) => ({
      status: 201,
      body: createStatement(sandbox, request),
    })),
  );
  app.get(
    base,
    operation(sandbox, "statements.list", ({ mode, query }) => ({
      status: 200,
      body: paginate(listStatements(sandbox, mode), query, `${sandbox.config.publicUrl}${base}`),
    })),
  );
  app.get(
    `${base}:id/`,
    operation(sandbox, "statements.get", ({ mode, params }) => ({
      status: 200,
      body: withFreshUrl(sandbox, requireStatement(sandbox, params.id ?? "", mode)),
    })),
  );
  app.post(
    `${base}:id/cancel/`,
    operation(sandbox, "statements.cancel", ({ mode, params }) => ({
      status: 200,
      body: cancelStatement(sandbox, params.id ?? "", mode),
    })),
  );
  app.get("/statements/:file", (context) => {
    const [id = "", format = ""] = context.req.param("file").split(".");
    const { expires = "", signature = "" } = context.req.query();
    const row = sandbox.store.get<{ content: string | null }>(
      "SELECT content FROM statements WHERE id = ?",
      id,
    );
    const valid = signature === sign(sandbox, id, expires) && format === "csv";
    if (!row?.content || !valid || Number(expires) < sandbox.clock.nowSeconds()) {
      return jsonResponse(403, { detail: "Request has expired" });
    }
    return new Response(row.content, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${id}.csv"`,
      },
    });
  });
}

function createStatement(sandbox: Sandbox, { mode, body, query }: ApiRequest): StatementDocument {
  const reader = new FieldReader(body);
  const format = reader.choice("format", ["csv"] as const, { required: true }) ?? "csv";
  const timezone = reader.text("timezone", 64) ?? "UTC";
  if (!isTimezone(timezone)) {
    reader.fail("timezone", "invalid_choice", `${JSON.stringify(timezone)} is not a valid choice.`);
  }
  reader.finish();
  const now = sandbox.clock.nowSeconds();
  const document: StatementDocument = {
    format,
    timezone,
    is_test: mode === "test",
    company_uid: sandbox.config.companyId,
    query_string: query.toString(),
    status: "pending",
    download_url: null,
    began_on: null,
    finished_on: null,
    created_on: now,
    updated_on: now,
    type: "statement_request",
    id: sandbox.random.uuid(),
  };
  sandbox.store.transaction(() => {
    sandbox.store.run(
      "INSERT INTO statements (id, mode, created_ms, document) VALUES (?, ?, ?, ?)",
      document.id,
      mode,
      sandbox.clock.nowMs(),
      JSON.stringify(document),
    );
    const delay = sandbox.settings.current().statementDelaySeconds;
    scheduleTask(sandbox, "begin_statement", document.id, delay / 2);
    scheduleTask(sandbox, "finish_statement", document.id, delay);
  });
  return document;
}

export function beginStatement(sandbox: Sandbox, task: Task): void {
  const statement = requireStatement(sandbox, task.object_id);
  if (statement.status !== "pending") return;
  statement.status = "processing";
  statement.began_on = sandbox.clock.nowSeconds();
  saveStatement(sandbox, statement);
}

/** The file shows the moment at which it was finished, not the one at which it was asked for. */
export function finishStatement(sandbox: Sandbox, task: Task): void {
  const statement = requireStatement(sandbox, task.object_id);
  if (statement.status !== "processing" && statement.status !== "pending") return;
  const query = new URLSearchParams(statement.query_string);
  const lines = filterLines(
    collectLines(sandbox, statement.is_test ? "test" : "live"),
    query,
    sandbox.config.brandId,
  );
  const now = sandbox.clock.nowSeconds();
  // Of the true lines: a file that lost one does not add up.
  const totals = sandbox.settings.current().statementTotals ? totalLines(lines, now) : [];
  statement.status = "success";
  statement.began_on ??= now;
  statement.finished_on = now;
  const printed = [...disturbLines(sandbox, lines), ...totals];
  saveStatement(sandbox, statement, printCsv(printed, statement.timezone));
}

function cancelStatement(sandbox: Sandbox, id: string, mode: Mode): StatementDocument {
  const statement = requireStatement(sandbox, id, mode);
  if (statement.status !== "pending" && statement.status !== "processing") {
    throw generalError(
      "statement_cancel_wrong_status",
      "Statement can't be cancelled in its current status.",
    );
  }
  statement.status = "cancelled";
  saveStatement(sandbox, statement);
  return statement;
}

/** The download URL expires; reading the statement again gives a fresh one. */
function withFreshUrl(sandbox: Sandbox, statement: StatementDocument): StatementDocument {
  if (statement.status !== "success") return statement;
  const expires = String(sandbox.clock.nowSeconds() + urlLifetimeSeconds);
  const query = new URLSearchParams({ expires, signature: sign(sandbox, statement.id, expires) });
  const url = `${sandbox.config.publicUrl}/statements/${statement.id}.csv?${query.toString()}`;
  return { ...statement, download_url: url };
}

function sign(sandbox: Sandbox, id: string, expires: string): string {
  return createHmac("sha256", sandbox.config.apiKeys.live).update(`${id}:${expires}`).digest("hex");
}
