import { control, findPurchase, payLater } from "../actors/payer.ts";
import { insist } from "../actors/user.ts";
import { askAs } from "../answers.ts";
import type { Customer, Operator } from "../customer.ts";
import type { Operation } from "../history.ts";
import type { Strand } from "../strand.ts";
import type { RevioContext } from "@revio-wallet/core/revio/revio-context";
import type { World } from "../world.ts";

/** Something that the wallet does, and may die in at any point. `act` is what sets it off; the wallet does the rest. */
export interface Flow {
  prepare?(stage: Stage): Promise<void>;
  /** Virtual time that `prepare` and what follows from it may take; 10 minutes if not said. */
  prepareMs?: number;
  act(stage: Stage): Promise<void>;
  /** [available, pending, receivable] in cents that may come of it, whatever died. */
  ends: readonly (readonly [bigint, bigint, bigint])[];
  /** What else must have come of it. */
  verify?(stage: Stage): Promise<void>;
}

export interface Stage {
  world: World;
  strand: Strand;
  customer: Customer;
  /** The transaction that `prepare` left for `act`. */
  transactionId: string;
  /** Another object that `prepare` left. */
  subjectId: string;
}

export async function ask(
  stage: Stage,
  kind: Operation["kind"],
  amountMinor: bigint,
): Promise<string> {
  const outcome = await insist(stage.world, stage.strand, stage.customer, kind, amountMinor);
  if (outcome.type !== "ok") throw new Error(`${kind} was refused: ${JSON.stringify(outcome)}`);
  return outcome.transactionId;
}

export async function deposit(stage: Stage, amountMinor: bigint): Promise<void> {
  stage.transactionId = await ask(stage, "deposit", amountMinor);
  payLater(stage.world, stage.transactionId, { certain: true });
}

export function wait({ world, strand }: Stage, ms: number): Promise<void> {
  return world.scheduler.sleep(strand, ms, "waits");
}

export async function atRevio({ world, transactionId }: Stage, verb: string, body: object = {}) {
  const purchase = await findPurchase(world, transactionId);
  if (purchase === undefined) throw new Error("the deposit has no purchase");
  if (!(await control(world, "dashboard", `purchases/${purchase.id}/${verb}`, body))) {
    throw new Error(`Revio refuses the ${verb}`);
  }
}

/** Clicks until there is an answer; a refusal means that an earlier click, whose answer was lost, has done it. */
export async function click<Value>(
  stage: Stage,
  role: Operator["role"],
  work: (ctx: RevioContext) => Promise<Value>,
): Promise<Value | undefined> {
  const { world, strand } = stage;
  const operator = world.template.operators.find((one) => one.role === role);
  if (operator === undefined) throw new Error(`nobody is ${role}`);
  for (;;) {
    const answer = await askAs(world, strand, operator, work);
    if (answer.type === "ok") return answer.value;
    if (answer.type === "fail") return undefined;
    await world.scheduler.sleep(strand, 20_000, "clicks again");
  }
}

/** One value of the database, as the superuser sees it. */
export async function lookUp(
  { world }: Stage,
  sql: string,
  values: unknown[] = [],
): Promise<string | undefined> {
  const { rows } = await world.database.superuser.query<{ value: string }>(sql, values);
  return rows[0]?.value;
}
