import { notFound } from "../api/api-error.ts";
import type { JsonObject } from "../json.ts";
import type { Mode, Sandbox } from "../sandbox.ts";

export interface StatementDocument extends JsonObject {
  format: string;
  timezone: string;
  is_test: boolean;
  company_uid: string;
  query_string: string;
  status: string;
  download_url: string | null;
  began_on: number | null;
  finished_on: number | null;
  created_on: number;
  updated_on: number;
  type: "statement_request";
  id: string;
}

/** @throws ApiError 404 */
export function requireStatement(sandbox: Sandbox, id: string, mode?: Mode): StatementDocument {
  const row = sandbox.store.get<{ document: string }>(
    "SELECT document FROM statements WHERE id = ? AND mode = coalesce(?, mode)",
    id,
    mode ?? null,
  );
  if (!row) throw notFound();
  return JSON.parse(row.document) as StatementDocument;
}

export function listStatements(sandbox: Sandbox, mode: Mode): StatementDocument[] {
  return sandbox.store
    .all<{ document: string }>(
      "SELECT document FROM statements WHERE mode = ? ORDER BY created_ms DESC, rowid DESC",
      mode,
    )
    .map((row) => JSON.parse(row.document) as StatementDocument);
}

export function saveStatement(
  sandbox: Sandbox,
  document: StatementDocument,
  content?: string,
): void {
  document.updated_on = sandbox.clock.nowSeconds();
  sandbox.store.run(
    "UPDATE statements SET document = ?, content = coalesce(?, content) WHERE id = ?",
    JSON.stringify(document),
    content ?? null,
    document.id,
  );
}
