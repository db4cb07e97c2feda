import { drive, type Slice } from "../drive.ts";
import type { Scenario, ScenarioName } from "./scenarios.ts";

/** All slices of one scenario, one per round. */
export interface Measured {
  scenario: Scenario;
  slices: Slice[];
}

/**
 * Measures all scenarios in rounds. A round runs a slice of each, in the order of the round before it reversed (A B C D,
 * D C B A, …): whatever drifts, the machine's load or the size of the tables, meets all of them alike.
 * Two rounds before the first are thrown away.
 */
export async function measureLedger(options: {
  scenarios: readonly Scenario[];
  rounds: number;
  sliceMs: number;
  lanes: number;
  log: (line: string) => void;
}): Promise<Map<ScenarioName, Measured>> {
  const { scenarios, rounds, sliceMs, lanes, log } = options;
  const measured = new Map<ScenarioName, Measured>(
    scenarios.map((scenario) => [scenario.name, { scenario, slices: [] }]),
  );
  const warmUps = 2;
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    const order = round % 2 === 0 ? scenarios : scenarios.toReversed();
    const rates = new Map<ScenarioName, number>();
    for (const scenario of order) {
      const slice = await drive({ lanes, durationMs: sliceMs, operation: scenario.operation });
      rates.set(scenario.name, entriesPerSecond(scenario, slice));
      if (round > 0) measured.get(scenario.name)?.slices.push(slice);
    }
    const label = round > 0 ? `round ${round} of ${rounds}` : "warm-up";
    const shown = scenarios.map(({ name }) => `${name} ${Math.round(rates.get(name) ?? 0)}`);
    log(`${label}: ${shown.join(", ")} entries/s`);
  }
  return measured;
}

export function entriesPerSecond(scenario: Scenario, slice: Slice): number {
  return (slice.operations * scenario.entriesPerOperation * 1_000) / slice.elapsedMs;
}
