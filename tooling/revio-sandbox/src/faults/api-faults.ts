import { z } from "zod";
import type { JsonObject } from "../json.ts";
import type { Sandbox } from "../sandbox.ts";
import { takeFault } from "./fault-store.ts";

const when = z.enum(["before", "after"]).default("before");
const delayMs = z.number().int().min(0).max(600_000);
const jsonObject = z.record(z.string(), z.json()).transform((value) => value as JsonObject);

/** What goes wrong. `before` and `after` say whether the request took effect. Delays are real milliseconds. */
const disturbance = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("timeout_before_effect"), delayMs: delayMs.default(60_000) }),
  z.object({ kind: z.literal("timeout_after_effect"), delayMs: delayMs.default(60_000) }),
  z.object({ kind: z.literal("reset_before") }),
  z.object({ kind: z.literal("reset_after") }),
  z.object({ kind: z.literal("reset_mid_body") }),
  z.object({
    kind: z.literal("status"),
    status: z.number().int().min(400).max(599),
    retryAfter: z.union([z.string(), z.number()]).optional(),
    body: z.json().optional(),
    when,
  }),
  z.object({ kind: z.literal("html_200"), when }),
  z.object({
    kind: z.literal("malformed_json"),
    when: z.enum(["before", "after"]).default("after"),
  }),
  z.object({ kind: z.literal("redirect"), location: z.string(), when }),
  z.object({ kind: z.literal("slow"), delayMs: delayMs.default(2000), when }),
  z.object({ kind: z.literal("rewrite"), set: jsonObject }),
  z.object({ kind: z.literal("wrong_amount"), amount: z.number().int().optional() }),
  z.object({ kind: z.literal("wrong_currency"), currency: z.string().default("USD") }),
  z.object({ kind: z.literal("wrong_brand") }),
  z.object({ kind: z.literal("wrong_is_test") }),
  z.object({ kind: z.literal("unknown_status"), status: z.string().default("under_review") }),
]);

export type Disturbance = z.output<typeof disturbance>;

const apiMatch = z.strictObject({
  /** e.g. `purchases.create`, `payouts.*` or `*` */
  operation: z.string(),
  objectId: z.string().optional(),
  reference: z.string().optional(),
});

/** `POST /sandbox/faults` for faults of the API. */
export const apiFaultRequest = z.intersection(
  z.object({
    match: apiMatch,
    times: z.number().int().min(1).nullable().default(1),
    probability: z.number().min(0).max(1).default(1),
  }),
  disturbance,
);

export type ApiFault = z.output<typeof apiFaultRequest>;

export interface FaultSubject {
  operation: string;
  objectId: string;
  reference: string;
}

export function takeApiFault(
  sandbox: Sandbox,
  subject: FaultSubject,
): (ApiFault & { id: string }) | undefined {
  return takeFault<ApiFault>(sandbox, "api", ({ match }) => {
    const prefix = match.operation.endsWith("*") ? match.operation.slice(0, -1) : undefined;
    const sameOperation =
      prefix === undefined
        ? match.operation === subject.operation
        : subject.operation.startsWith(prefix);
    return (
      sameOperation &&
      (match.objectId === undefined || match.objectId === subject.objectId) &&
      (match.reference === undefined || match.reference === subject.reference)
    );
  });
}
