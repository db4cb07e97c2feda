import { z } from "zod";

import type { CallOptions } from "./call.ts";
import {
  type StatementDownloads,
  downloadStatement,
  type DownloadOptions,
} from "./download-statement.ts";
import { type ListLimit, listAll } from "./list-all.ts";
import { currencyCode } from "./money.ts";
import {
  assertOurs,
  assertSameId,
  decodeWith,
  endpoint,
  parseRequest,
  pathId,
  type ResourceContext,
} from "./resource-context.ts";
import { Secret } from "./secret.ts";
import type { KnownStatementStatus } from "./vocabulary.ts";
import { openWord, text, toUnixSeconds, unixTimeOrNull, uuid } from "./wire-values.ts";

const createInput = z.strictObject({
  format: z.enum(["csv", "xlsx"]),
  /** IANA name; the times in the file are in it, e.g. "Africa/Johannesburg". */
  timezone: z.string().min(1).max(64),
  /** All filters narrow together. Pairs are from inclusive, to exclusive. */
  filters: z
    .strictObject({
      /** Created. */
      from: z.date().optional(),
      to: z.date().optional(),
      paidFrom: z.date().optional(),
      paidTo: z.date().optional(),
      updatedFrom: z.date().optional(),
      updatedTo: z.date().optional(),
      currency: currencyCode.optional(),
      /** A purchase or payout status. */
      status: z.string().min(1).optional(),
      product: z.string().min(1).optional(),
      paymentMethod: z.string().min(1).optional(),
      /** Free text over many fields: the only search by reference that Revio has. */
      search: z.string().min(1).max(128).optional(),
    })
    .optional(),
});
export type CreateStatementInput = z.input<typeof createInput>;

const statementShape = z
  .object({
    id: uuid,
    format: z.string(),
    timezone: text,
    is_test: z.boolean(),
    query_string: text,
    status: openWord<KnownStatementStatus>(),
    download_url: z.string().nullish(),
    began_on: unixTimeOrNull,
    finished_on: unixTimeOrNull,
    created_on: unixTimeOrNull,
    updated_on: unixTimeOrNull,
  })
  .transform((wire) => ({
    id: wire.id,
    format: wire.format,
    timezone: wire.timezone,
    isTest: wire.is_test,
    queryString: wire.query_string,
    status: wire.status,
    /** Presigned for an hour, null until ready; get the statement again for a fresh one. */
    downloadUrl: wire.download_url ? new Secret(wire.download_url) : null,
    beganOn: wire.began_on,
    finishedOn: wire.finished_on,
    createdOn: wire.created_on,
    updatedOn: wire.updated_on,
  }));

/** A statement request: Revio's only bulk read. Made asynchronously, then downloaded. */
export type CompanyStatement = z.output<typeof statementShape>;

function decodeStatement(context: ResourceContext, json: unknown): CompanyStatement {
  const statement = decodeWith(statementShape, json);
  assertOurs(context, statement);
  return statement;
}

/** Filters go into the query string of the POST, not into its body. */
function statementUrl(context: ResourceContext, input: CreateStatementInput): URL {
  const filters = input.filters ?? {};
  const seconds = (time: Date | undefined) => (time ? String(toUnixSeconds(time)) : undefined);
  const query = {
    from: seconds(filters.from),
    to: seconds(filters.to),
    paid_from: seconds(filters.paidFrom),
    paid_to: seconds(filters.paidTo),
    updated_from: seconds(filters.updatedFrom),
    updated_to: seconds(filters.updatedTo),
    brand_id: context.brandId,
    currency: filters.currency,
    status: filters.status,
    product: filters.product,
    payment_method: filters.paymentMethod,
    q: filters.search,
  };
  const url = endpoint(context, "company_statements");
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

/** `POST /company_statements/`. A doubled statement costs nothing but time. */
async function createStatement(
  context: ResourceContext,
  input: CreateStatementInput,
  options?: CallOptions,
): Promise<CompanyStatement> {
  const operation = "companyStatements.create";
  const request = parseRequest(operation, createInput, input);
  return context.transport.send(
    {
      operation,
      method: "POST",
      pathTemplate: "/company_statements/",
      url: statementUrl(context, request),
      kind: "write",
      body: JSON.stringify({ format: request.format, timezone: request.timezone }),
      expects: "json",
      decode: (json) => decodeStatement(context, json),
    },
    options,
  );
}

function decodeSame(context: ResourceContext, json: unknown, id: string): CompanyStatement {
  const statement = decodeStatement(context, json);
  assertSameId(statement, id);
  return statement;
}

/** `GET /company_statements/{id}/`: poll until `downloadUrl` is there. */
async function getStatement(
  context: ResourceContext,
  id: string,
  options?: CallOptions,
): Promise<CompanyStatement> {
  const operation = "companyStatements.get";
  return context.transport.send(
    {
      operation,
      method: "GET",
      pathTemplate: "/company_statements/{id}/",
      url: endpoint(context, "company_statements", pathId(operation, id)),
      kind: "read",
      expects: "json",
      decode: (json) => decodeSame(context, json, id),
    },
    options,
  );
}

/** `POST /company_statements/{id}/cancel/`. */
async function cancelStatement(
  context: ResourceContext,
  id: string,
  options?: CallOptions,
): Promise<CompanyStatement> {
  const operation = "companyStatements.cancel";
  return context.transport.send(
    {
      operation,
      method: "POST",
      pathTemplate: "/company_statements/{id}/cancel/",
      url: endpoint(context, "company_statements", pathId(operation, id), "cancel"),
      kind: "write",
      body: "{}",
      expects: "json",
      decode: (json) => decodeSame(context, json, id),
    },
    options,
  );
}

export function createCompanyStatements(context: ResourceContext, downloads: StatementDownloads) {
  return {
    create: (input: CreateStatementInput, options?: CallOptions) =>
      createStatement(context, input, options),
    get: (id: string, options?: CallOptions) => getStatement(context, id, options),
    cancel: (id: string, options?: CallOptions) => cancelStatement(context, id, options),
    list: (options?: CallOptions & ListLimit) =>
      listAll<CompanyStatement>(
        context,
        {
          operation: "companyStatements.list",
          pathTemplate: "/company_statements/",
          firstPage: endpoint(context, "company_statements"),
          item: statementShape,
          check: (statement) => assertOurs(context, statement),
        },
        options,
      ),
    download: (downloadUrl: Secret | string, options?: DownloadOptions) =>
      downloadStatement(downloads, downloadUrl, options),
  };
}
