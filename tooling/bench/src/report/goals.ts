/** The figures that changes to posting are judged by. */
export interface Ratios {
  /** Single postings through core, of what the server can do with the same rows. */
  single_vs_floor: number;
  /** The same, of what a function written by hand does with the ledger's own tables and all that guards them. */
  single_vs_guarded_floor: number;
  /** All entries on one house account, of the same entries over many. */
  hot_vs_spread: number;
  /** Entries per second in batches of 100, of those in single postings. */
  batch_vs_single: number;
}

export type RatioName = keyof Ratios;

/** First goals. A miss is shown; it fails nothing, for a busy machine may miss them too. */
export const goals: Ratios = {
  single_vs_floor: 0.6,
  single_vs_guarded_floor: 0.6,
  hot_vs_spread: 0.8,
  batch_vs_single: 4,
};

export const ratioNames = Object.keys(goals) as RatioName[];

export function isMet(name: RatioName, value: number): boolean {
  return value >= goals[name];
}
