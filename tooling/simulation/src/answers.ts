import { DomainError, errorCodes, InvariantViolation } from "@revio-wallet/core/errors";
import type { RevioContext } from "@revio-wallet/core/revio/revio-context";
import { DatabaseError } from "pg";
import type { Operator } from "./customer.ts";
import type { Outcome } from "./history.ts";
import { Killed, type SimProcess, type Strand } from "./strand.ts";
import type { World } from "./world.ts";

/** Runs a request on some live API process; a caller outside sees only whether and how it was answered. */
export async function onProcess<Value>(
  world: World,
  strand: Strand,
  kind: SimProcess["kind"],
  work: () => Promise<Value>,
): Promise<Value> {
  const { scheduler, random } = world;
  let alive: SimProcess[];
  for (;;) {
    alive = world.processes.filter((process) => process.kind === kind && !process.dead);
    if (alive.length > 0) break;
    await scheduler.sleep(strand, 2_000, `finds no ${kind} that lives`);
  }
  strand.process = random.pick(alive);
  try {
    return await work();
  } finally {
    strand.process = undefined;
    strand.openTransactions = 0;
  }
}

/** What the caller may conclude. Anything that is not a definitive answer is `info`. */
export async function outcomeOf(
  world: World,
  work: Promise<{ id: string; amountMinor: bigint }>,
): Promise<Outcome> {
  try {
    const { id, amountMinor } = await work;
    return { type: "ok", transactionId: id, amountMinor };
  } catch (error) {
    return refusalOf(world, error);
  }
}

export function refusalOf(world: World, error: unknown): Exclude<Outcome, { type: "ok" }> {
  checkClass(world, error);
  if (error instanceof DomainError) {
    const { final, retryable } = errorCodes[error.code];
    if (!retryable && error.code !== "INTERNAL") return { type: "fail", code: error.code, final };
    return { type: "info", error: error.code };
  }
  return { type: "info", error: error instanceof Killed ? "killed" : describe(error) };
}

/** A request of one of the staff, on some API process: what it gave, or how it was refused. */
export async function askAs<Value>(
  world: World,
  strand: Strand,
  { id }: Operator,
  work: (ctx: RevioContext) => Promise<Value>,
): Promise<{ type: "ok"; value: Value } | Exclude<Outcome, { type: "ok" }>> {
  try {
    const value = await onProcess(world, strand, "api", () =>
      work(world.contextOf(strand, { kind: "operator", id })),
    );
    return { type: "ok", value };
  } catch (error) {
    const refusal = refusalOf(world, error);
    world.scheduler.note(strand.name, `was refused: ${JSON.stringify(refusal)}`);
    return refusal;
  }
}

/** Refusals of the server that no code of ours may provoke: broken constraints, statements in a dead transaction, defects. */
const defects = /^(22|23|25|42|P0|XX)/;

/** I20: an assertion that failed, ours or the database's, has stopped a flow; in sound code none ever does. */
export function checkClass(world: World, error: unknown): void {
  if (error instanceof InvariantViolation) {
    world.violate("I20", `an assertion of core failed: ${error.message}`);
  }
  if (error instanceof DatabaseError && defects.test(error.code ?? "")) {
    world.violate("I20", `the database refused what core asked for: ${describe(error)}`);
  }
}

export function describe(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = (error as { code?: unknown }).code;
  return `${error.name}${typeof code === "string" ? ` ${code}` : ""}: ${error.message}`;
}
