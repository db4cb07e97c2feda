import {
  readAuditAnnouncements,
  readAuditEnd,
  readDeathAnnouncements,
  readDeliveryAnnouncements,
  readDeliveryEnd,
} from "@revio-wallet/db/sql/announcements";
import type { OperatorRole } from "@revio-wallet/db/sql/operators";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import { isPermitted, type Permission } from "../operator/permissions.ts";

/** What operators watch. */
export type WatchedNoun =
  | "transaction"
  | "break"
  | "approval"
  | "webhook"
  | "queue"
  | "run"
  | "user"
  | "outgoing";

/** Who may be told that something of a kind changed: who may look at it. */
const toWatch: Record<WatchedNoun, Permission> = {
  transaction: "transactions.view",
  break: "reconciliation.view",
  approval: "approvals.view",
  webhook: "webhooks.view",
  queue: "queues.view",
  run: "reconciliation.view",
  user: "users.view",
  outgoing: "home.view",
};

const nounOfSubject: Record<string, WatchedNoun> = {
  transaction: "transaction",
  break: "break",
  approval: "approval",
  provider_event: "webhook",
  webhooks: "webhook",
  queue: "queue",
  reconciliation_run: "run",
  user: "user",
  bank_account: "user",
  outgoing: "outgoing",
};

/** What changed between two looks: hints, read from the audit trail and the record of deliveries. Holds ids only. */
export interface Changes {
  /** Durable: whoever comes back with it misses nothing. */
  place: string;
  at: Date;
  nouns: {
    noun: WatchedNoun;
    /** Changes, of whatever number of things. */
    count: number;
    /** Of the first things that changed, without repeats. */
    ids: string[];
  }[];
  /** New lines of the audit trail, whatever they are about. */
  auditEvents: number;
  /** So much happened that it is not told one by one: everything is to be read anew. */
  isOverflow: boolean;
}

/** Lines read in one look. More means that nobody would follow them one by one. */
const mostLines = 1_000;
const mostIds = 50;

/** The place of now. */
export async function readChangesEnd(ctx: Pick<Context, "pool">): Promise<string> {
  const audit = await readAuditEnd(ctx.pool);
  const deliveries = await readDeliveryEnd(ctx.pool);
  const deaths = await readDeathAnnouncements(ctx.pool, 0n);
  return toPlace({ audit, deliveries, died: newest(deaths, 0n) });
}

interface Place {
  audit: { xid: bigint; sequence: bigint };
  deliveries: { xid: bigint; id: bigint };
  /** Microseconds since 1970: when the newest job died. */
  died: bigint;
}

function toPlace({ audit, deliveries, died }: Place): string {
  return [audit.xid, audit.sequence, deliveries.xid, deliveries.id, died].join("-");
}

function newest(deaths: readonly { micros: bigint }[], known: bigint): bigint {
  return deaths.reduce((latest, { micros }) => (micros > latest ? micros : latest), known);
}

/**
 * Everything that changed after a place. Who asks has been asked for their session, and has this role.
 *
 * @throws DomainError INVALID_INPUT for a place that is not ours
 */
export async function readChanges(
  ctx: Pick<Context, "pool" | "clock">,
  input: { after: string; role: OperatorRole },
): Promise<Changes> {
  const from = parsePlace(input.after);
  const lines = await readAuditAnnouncements(ctx.pool, { ...from.audit, limit: mostLines });
  const deliveries = await readDeliveryAnnouncements(ctx.pool, {
    ...from.deliveries,
    limit: mostLines,
  });
  const deaths = await readDeathAnnouncements(ctx.pool, from.died);
  const at = ctx.clock.now();
  const isOverflow = lines.length === mostLines || deliveries.length === mostLines;
  if (isOverflow) {
    return { place: await readChangesEnd(ctx), at, nouns: [], auditEvents: 0, isOverflow };
  }
  const told = new Map<WatchedNoun, { count: number; ids: Set<string> }>();
  const tell = (noun: WatchedNoun | undefined, id: string) => {
    if (noun === undefined || !isPermitted(input.role, toWatch[noun])) return;
    const known = told.get(noun) ?? { count: 0, ids: new Set() };
    told.set(noun, { count: known.count + 1, ids: known.ids.add(id) });
  };
  for (const { subjectKind, subjectId } of lines) tell(nounOfSubject[subjectKind], subjectId);
  for (const { providerEventId, id } of deliveries) {
    tell("webhook", providerEventId ?? `delivery-${id}`);
  }
  for (const { queue } of deaths) tell("queue", queue);
  const place = toPlace({
    audit: lines.at(-1) ?? from.audit,
    deliveries: deliveries.at(-1) ?? from.deliveries,
    died: newest(deaths, from.died),
  });
  return {
    place,
    at,
    nouns: [...told].map(([noun, { count, ids }]) => ({
      noun,
      count,
      ids: [...ids].slice(0, mostIds),
    })),
    auditEvents: isPermitted(input.role, "audit.view") ? lines.length : 0,
    isOverflow,
  };
}

function parsePlace(place: string): Place {
  if (!/^\d{1,18}(-\d{1,18}){4}$/.test(place)) {
    throw new DomainError("INVALID_INPUT", "This is no position in the stream.");
  }
  const [auditXid = 0n, sequence = 0n, xid = 0n, id = 0n, died = 0n] = place.split("-").map(BigInt);
  return { audit: { xid: auditXid, sequence }, deliveries: { xid, id }, died };
}
