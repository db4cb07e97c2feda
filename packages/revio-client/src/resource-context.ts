import { z } from "zod";

import { BreachOfContract, RevioInvalidRequest } from "./errors.ts";
import type { RevioLog, Transport } from "./transport.ts";
import { uuid } from "./wire-values.ts";

/** What every resource shares. */
export interface ResourceContext {
  transport: Transport;
  /** Ends with "/". */
  baseUrl: URL;
  brandId: string;
  expectTest: boolean;
  checkoutOrigins: ReadonlySet<string>;
  log: RevioLog | undefined;
}

function describe(error: z.ZodError): string {
  // Paths and rules only: zod's messages do not quote the value.
  const issues = error.issues.slice(0, 5).map((issue) => {
    return `${issue.path.map(String).join(".").slice(0, 100) || "(root)"}: ${issue.message.slice(0, 200)}`;
  });
  return issues.join("; ");
}

/** @throws RevioInvalidRequest when the caller's input breaks the (exact) request schema */
export function parseRequest<Schema extends z.ZodType>(
  operation: string,
  schema: Schema,
  input: z.input<Schema>,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new RevioInvalidRequest(`invalid request: ${describe(result.error)}`, { operation });
}

/** A decoder for `Call.decode`. @throws BreachOfContract when the answer is not of that shape */
export function decodeWith<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
): z.output<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new BreachOfContract("invalid_body", describe(result.error));
}

/** An id that goes into a path: a UUID or nothing. @throws RevioInvalidRequest */
export function pathId(operation: string, id: string): string {
  if (uuid.safeParse(id).success) return id;
  throw new RevioInvalidRequest("the id must be a lower-case UUID.", { operation });
}

/**
 * `endpoint(context, "purchases", id)` → `<base>/purchases/<id>/`. Always with the closing slash:
 * without it Revio does not resolve a POST, or redirects and drops its body.
 */
export function endpoint(context: ResourceContext, ...segments: string[]): URL {
  return new URL(`${segments.map(encodeURIComponent).join("/")}/`, context.baseUrl);
}

interface Owned {
  isTest: boolean;
  brandId?: string | null;
}

/**
 * The key decides between test and live money, host and brand do not, so each answer is checked.
 * @throws BreachOfContract for an object of the other mode or of another brand
 */
export function assertOurs(context: ResourceContext, object: Owned): void {
  if (object.isTest !== context.expectTest) {
    throw new BreachOfContract("wrong_mode", `is_test must be ${context.expectTest}`);
  }
  const { brandId } = object;
  if (brandId !== undefined && brandId !== null && brandId !== context.brandId) {
    throw new BreachOfContract("wrong_brand", "the object belongs to another brand");
  }
}

/** @throws BreachOfContract when Revio answers with another object than the one asked for */
export function assertSameId(object: { id: string }, id: string): void {
  if (object.id !== id) throw new BreachOfContract("wrong_object", "the answer is another object");
}
