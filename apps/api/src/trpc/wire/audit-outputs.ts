import { z } from "zod";

/** A value of the details: ids, amounts as text, statuses. */
const json: z.ZodType = z.json();

export const auditEventOutput = z.object({
  sequence: z.bigint(),
  occurredAt: z.date(),
  actorKind: z.enum(["user", "operator", "system", "provider"]),
  actorId: z.string().nullable(),
  /** Of an operator. */
  actorName: z.string().nullable(),
  /** "noun.past" */
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  subjectName: z.string().nullable(),
  details: z.record(z.string(), json),
  requestId: z.string().nullable(),
});

export const inspectedAuditEventOutput = auditEventOutput.extend({
  changes: z.array(z.object({ field: z.string(), before: json, after: json })),
  rest: z.record(z.string(), json),
  /** Null while it is not chained. */
  link: z
    .object({
      position: z.bigint(),
      /** In hex. */
      chainHash: z.string(),
      chainedAt: z.date(),
      holds: z.boolean(),
    })
    .nullable(),
});

export const auditChainOutput = z.object({
  headPosition: z.bigint().nullable(),
  headSequence: z.bigint().nullable(),
  headHash: z.string().nullable(),
  headChainedAt: z.date().nullable(),
  newestSequence: z.bigint().nullable(),
  roundPosition: z.bigint().nullable(),
  roundStartedAt: z.date().nullable(),
  lastStepAt: z.date().nullable(),
  lastPassStartedAt: z.date().nullable(),
  lastPassEndedAt: z.date().nullable(),
  lastPassFindings: z.number().int().nullable(),
  openFindings: z.array(z.object({ subject: z.string(), lastSeenAt: z.date() })),
});

export const verifiedStretchOutput = z.object({
  from: z.bigint().nullable(),
  to: z.bigint().nullable(),
  isLast: z.boolean(),
  findings: z.number().int(),
  verifiedAt: z.date(),
});
