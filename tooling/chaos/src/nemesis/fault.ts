/** One fault as it happened. Milliseconds since the start of the run. */
export interface FaultWindow {
  readonly kind: string;
  readonly detail: string;
  readonly startedMs: number;
  readonly healedMs: number;
  /** When the first money operation begun after the heal succeeded; undefined if none did. */
  recoveredMs?: number;
}
