import { decideAdjustment } from "@revio-wallet/core/approval/decide-adjustment";
import { requestAdjustment } from "@revio-wallet/core/approval/request-adjustment";
import { askAs } from "../answers.ts";
import type { Operator } from "../customer.ts";
import type { Decision } from "../history.ts";
import type { Random } from "../random.ts";
import type { Strand } from "../strand.ts";
import type { World } from "../world.ts";

const minuteMs = 60_000;

/** Staff that correct the ledger: one proposes, another decides, and sometimes nobody does. */
export function spawnAdjusters(world: World): void {
  spawnMaker(world);
  spawnChecker(world);
  spawnPersonnel(world);
}

function withRole({ template }: World, ...roles: Operator["role"][]): Operator[] {
  return template.operators.filter(({ role }) => roles.includes(role));
}

function spawnMaker(world: World): void {
  const random = world.random.fork("maker");
  const makers = withRole(world, "reconciliation_maker", "reconciliation_checker", "administrator");
  world.scheduler.spawn("maker", undefined, async (strand) => {
    while (!world.healed) {
      await world.scheduler.sleep(strand, random.int(minuteMs, 60 * minuteMs), "reads the queue");
      if (world.healed || !random.chance(world.swarm.adjustment)) continue;
      await propose(world, strand, random, random.pick(makers));
    }
  });
}

async function propose(world: World, strand: Strand, random: Random, maker: Operator) {
  const { userId } = random.pick(world.template.customers.slice(0, world.swarm.customers));
  const accounts = [`user:${userId}:available:ZAR`, "house:adjustments:ZAR"] as const;
  const [debitAccount, creditAccount] = random.chance(0.5) ? accounts : accounts.toReversed();
  const amountMinor = BigInt(random.int(100, 1_500_000));
  const breakId = random.chance(0.4) ? await reportBreak(world, random) : undefined;
  const idempotencyKey = world.ids.uuid(world.scheduler.clock.now());
  const asked = await askAs(world, strand, maker, (ctx) =>
    requestAdjustment(ctx, {
      breakId,
      debitAccount: debitAccount ?? "",
      creditAccount: creditAccount ?? "",
      amountMinor,
      reason: "simulation",
      idempotencyKey,
    }),
  );
  if (asked.type !== "ok") return;
  world.probes.sometimes("adjustment requested");
  const { approvalId } = asked.value;
  if (random.chance(0.3)) await decide(world, strand, maker, { approvalId, decision: "approved" });
}

/** A difference that somebody has told of; or one that was told of before, and may be proposed about already. */
async function reportBreak({ database, scheduler, ids }: World, random: Random): Promise<string> {
  const now = scheduler.clock.now();
  const { rows } = await database.superuser.query<{ id: string }>(
    `INSERT INTO breaks (id, class, severity, subject, evidence, opened_by, opened_at, last_seen_at, state)
     VALUES ($1, 'uncleared', 'notice', $2, '{}', 'checker', $3, $3, 'open')
     ON CONFLICT (class, subject) WHERE state = 'open' DO UPDATE SET last_seen_at = excluded.last_seen_at RETURNING id`,
    [ids.uuid(now), `simulation:${random.int(1, 2)}`, now],
  );
  return rows[0]?.id ?? "";
}

function spawnChecker(world: World): void {
  const random = world.random.fork("checker");
  const { scheduler } = world;
  scheduler.spawn("checker", undefined, async (strand) => {
    for (;;) {
      await scheduler.sleep(strand, random.int(minuteMs, 60 * minuteMs), "reads the queue");
      for (const approvalId of await openProposals(world)) {
        const fate = world.random.fork(`fate of ${approvalId}`);
        // Nobody ever looks at this one: it ends by itself.
        if (fate.chance(0.15)) continue;
        await judge(world, strand, random, approvalId);
      }
    }
  });
}

/** One decides; sometimes another does at the same time, and perhaps otherwise. */
async function judge(world: World, strand: Strand, random: Random, approvalId: string) {
  const checkers = withRole(world, "reconciliation_checker", "administrator");
  const choose = () => ({
    approvalId,
    decision: random.chance(0.7) ? ("approved" as const) : ("rejected" as const),
  });
  if (random.chance(0.3)) {
    const [operator, choice] = [random.pick(checkers), choose()];
    world.scheduler.spawn("other checker", undefined, (other) =>
      decide(world, other, operator, choice),
    );
    world.probes.sometimes("adjustment decided by two at once");
  }
  await decide(world, strand, random.pick(checkers), choose());
}

async function decide(
  world: World,
  strand: Strand,
  operator: Operator,
  choice: Pick<Decision, "approvalId" | "decision">,
): Promise<void> {
  const answer = await askAs(world, strand, operator, (ctx) => decideAdjustment(ctx, choice));
  world.decisions.push({ ...choice, operatorId: operator.id, answer: answer.type });
  const { probes } = world;
  if (answer.type === "ok") probes.sometimes(`adjustment ${choice.decision}`);
  if (answer.type !== "fail") return;
  if (answer.code === "FORBIDDEN") probes.sometimes("decision refused: not allowed");
  if (answer.code === "INSUFFICIENT_FUNDS") probes.sometimes("adjustment that cannot be borne");
}

async function openProposals({ database }: World): Promise<string[]> {
  const { rows } = await database.superuser.query<{ id: string }>(
    "SELECT id FROM approvals WHERE kind = 'adjustment' AND state = 'requested' ORDER BY requested_at, id",
  );
  return rows.map(({ id }) => id);
}

/** F74: takes a checker's rights away for a while, between one look and the next click. */
function spawnPersonnel(world: World): void {
  const random = world.random.fork("personnel");
  const { scheduler } = world;
  const set = async ({ id }: Operator, status: "active" | "suspended") => {
    // Not while a decision holds the row: nobody here waits.
    const { rowCount } = await world.database.superuser.query(
      `UPDATE operators SET status = $2
       WHERE id = (SELECT id FROM operators WHERE id = $1 AND status <> $2 FOR UPDATE SKIP LOCKED)`,
      [id, status],
    );
    if (rowCount === 1) scheduler.note("personnel", `${id} is ${status}`);
    return rowCount === 1;
  };
  scheduler.spawn("personnel", undefined, async (strand) => {
    while (!world.healed) {
      await scheduler.sleep(strand, random.int(minuteMs, 90 * minuteMs), "waits");
      const checker = random.pick(withRole(world, "reconciliation_checker", "administrator"));
      const fromMs = scheduler.nowMs();
      if (world.healed || !(await set(checker, "suspended"))) continue;
      const absence = { operatorId: checker.id, fromMs, toMs: Infinity };
      world.absences.push(absence);
      await scheduler.sleep(strand, random.int(minuteMs, 60 * minuteMs), "looks into it");
      while (!(await set(checker, "active"))) await scheduler.sleep(strand, 1_000, "waits");
      absence.toMs = scheduler.nowMs();
    }
  });
}
