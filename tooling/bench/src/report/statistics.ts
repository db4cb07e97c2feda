/**
 * The smallest value that at least `percent` % of all values do not exceed (nearest rank): always a value that was
 * measured, never one in between. NaN for no values.
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const rank = Math.max(Math.ceil((percent / 100) * sorted.length), 1);
  return sorted[rank - 1] ?? Number.NaN;
}

/** Middle value; the mean of the two middle ones for an even count. NaN for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** What a row of the table says about the values of all rounds. */
export interface Summary {
  median: number;
  lowest: number;
  highest: number;
}

export function summarise(values: readonly number[]): Summary {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) };
}

/**
 * Ratio of two series measured in the same rounds: one ratio per round, summarised. The two sides of a round ran within
 * seconds of each other, so what slows the machine for a while slows both.
 *
 * @throws if the series do not have the same rounds
 */
export function pairedRatio(
  numerators: readonly number[],
  denominators: readonly number[],
): Summary {
  if (numerators.length !== denominators.length) {
    throw new Error(`${numerators.length} rounds cannot be compared with ${denominators.length}`);
  }
  return summarise(numerators.map((value, round) => value / (denominators[round] ?? Number.NaN)));
}
