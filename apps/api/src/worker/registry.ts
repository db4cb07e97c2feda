import type { JobName } from "@revio-wallet/core/jobs";
import type { PgBoss, Queue } from "pg-boss";
import type { JobDefinition } from "./job.ts";
import { dayClose } from "./jobs/day-close.ts";
import { depositCheck } from "./jobs/deposit-check.ts";
import { integrityStep } from "./jobs/integrity-step.ts";
import { integrityVerify } from "./jobs/integrity-verify.ts";
import { ledgerChain } from "./jobs/ledger-chain.ts";
import { depositOpenCheckout } from "./jobs/deposit-open-checkout.ts";
import { ledgerFoldCheckpoints } from "./jobs/ledger-fold-checkpoints.ts";
import { providerCallPurge } from "./jobs/provider-call-purge.ts";
import { providerDeliveryPurge } from "./jobs/provider-delivery-purge.ts";
import { providerEventApply } from "./jobs/provider-event-apply.ts";
import { providerEventReplay } from "./jobs/provider-event-replay.ts";
import { purchaseCheck } from "./jobs/purchase-check.ts";
import { reconciliationRequestDaily } from "./jobs/reconciliation-request-daily.ts";
import { reconciliationRun } from "./jobs/reconciliation-run.ts";
import { transactionSweep } from "./jobs/transaction-sweep.ts";
import { withdrawalCheck } from "./jobs/withdrawal-check.ts";
import { withdrawalSubmit } from "./jobs/withdrawal-submit.ts";

/** Every job there is. The compiler asks for one entry per name in core/jobs.ts. */
export const jobs: { [Name in JobName]: JobDefinition<Name> } = {
  "provider-event.apply": providerEventApply,
  "provider-event.replay": providerEventReplay,
  "deposit.open-checkout": depositOpenCheckout,
  "deposit.check": depositCheck,
  "purchase.check": purchaseCheck,
  "withdrawal.submit": withdrawalSubmit,
  "withdrawal.check": withdrawalCheck,
  "transaction.sweep": transactionSweep,
  "ledger.fold-checkpoints": ledgerFoldCheckpoints,
  "ledger.chain": ledgerChain,
  "integrity.step": integrityStep,
  "integrity.verify": integrityVerify,
  "day.close": dayClose,
  "provider-delivery.purge": providerDeliveryPurge,
  "provider-call.purge": providerCallPurge,
  "reconciliation.request-daily": reconciliationRequestDaily,
  "reconciliation.run": reconciliationRun,
};

const day = 86_400;

/** Where jobs go whose tries are used up; an operator looks at them, and the sweeper makes the work anew from the tables. */
function deadLetterQueueOf(name: JobName): string {
  return `${name}.dead`;
}

type Settings = Omit<Queue, "name" | "policy" | "partition">;

/** Every queue with all of its settings, dead-letter queues first: the others point to them. */
export function queueSettings(): Map<string, Settings> {
  const all = new Map<string, Settings>();
  for (const { name } of Object.values(jobs)) {
    all.set(deadLetterQueueOf(name), {
      retryLimit: 0,
      retryDelay: 0,
      retryBackoff: false,
      expireInSeconds: 900,
      retentionSeconds: 365 * day,
      deleteAfterSeconds: 365 * day,
      notify: false,
    });
  }
  for (const { name, queue } of Object.values(jobs)) {
    all.set(name, {
      retryLimit: queue.retryLimit,
      retryDelay: queue.retryDelaySeconds,
      retryBackoff: true,
      retryDelayMax: queue.retryDelayMaxSeconds,
      expireInSeconds: queue.expireInSeconds,
      // A worker that dies is noticed by its silence, long before the job expires.
      heartbeatSeconds: 30,
      // Unfinished jobs outlive any outage; finished ones tell for a while what was done.
      retentionSeconds: 120 * day,
      deleteAfterSeconds: 14 * day,
      deadLetter: deadLetterQueueOf(name),
      notify: true,
    });
  }
  return all;
}

/** Creates queues that are not there yet. Standard policy: the others drop jobs in silence. */
export async function createMissingQueues(boss: PgBoss): Promise<void> {
  const known = new Set((await boss.getQueues()).map(({ name }) => name));
  for (const [name, settings] of queueSettings()) {
    if (!known.has(name)) await boss.createQueue(name, { ...settings, policy: "standard" });
  }
}

/** Creates missing queues and brings the settings of all to those of this version. */
export async function configureQueues(boss: PgBoss): Promise<void> {
  await createMissingQueues(boss);
  for (const [name, settings] of queueSettings()) await boss.updateQueue(name, settings);
}
