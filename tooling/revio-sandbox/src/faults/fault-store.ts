import type { Sandbox } from "../sandbox.ts";

export type FaultScope = "api" | "webhook" | "payout" | "statement";

interface FaultRow {
  seq: number;
  id: string;
  scope: FaultScope;
  rule: string;
  remaining: number | null;
  hits: number;
}

/** A stored rule as the control API lists it. */
export type ListedFault<Rule> = Rule & {
  id: string;
  scope: FaultScope;
  remaining: number | null;
  hits: number;
};

/** @param times how often the rule strikes before it is spent; null for until cleared */
export function addFault(
  sandbox: Sandbox,
  scope: FaultScope,
  rule: object,
  times: number | null,
): ListedFault<object> {
  const id = sandbox.random.uuid();
  sandbox.store.run(
    "INSERT INTO faults (id, scope, rule, remaining) VALUES (?, ?, ?, ?)",
    id,
    scope,
    JSON.stringify(rule),
    times,
  );
  return { ...rule, id, scope, remaining: times, hits: 0 };
}

export function listFaults(sandbox: Sandbox): ListedFault<object>[] {
  return sandbox.store
    .all<FaultRow>("SELECT * FROM faults ORDER BY seq")
    .map(({ rule, id, scope, remaining, hits }) => ({
      ...(JSON.parse(rule) as object),
      id,
      scope,
      remaining,
      hits,
    }));
}

/** @returns how many rules were removed */
export function clearFaults(sandbox: Sandbox, filter: { id?: string; scope?: FaultScope }): number {
  return sandbox.store.run(
    "DELETE FROM faults WHERE id = coalesce(?, id) AND scope = coalesce(?, scope)",
    filter.id ?? null,
    filter.scope ?? null,
  );
}

/** The oldest rule that matches and whose dice agree; taking it uses up one of its times. */
export function takeFault<Rule extends { probability: number }>(
  sandbox: Sandbox,
  scope: FaultScope,
  matches: (rule: Rule) => boolean,
): (Rule & { id: string }) | undefined {
  const rows = sandbox.store.all<FaultRow>(
    "SELECT * FROM faults WHERE scope = ? AND (remaining IS NULL OR remaining > 0) ORDER BY seq",
    scope,
  );
  for (const row of rows) {
    const rule = JSON.parse(row.rule) as Rule;
    if (!matches(rule)) continue;
    if (rule.probability < 1 && sandbox.random.fraction() >= rule.probability) continue;
    sandbox.store.run(
      "UPDATE faults SET hits = hits + 1, remaining = remaining - 1 WHERE seq = ?",
      row.seq,
    );
    return { ...rule, id: row.id };
  }
  return undefined;
}
