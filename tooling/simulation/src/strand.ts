/** The process is gone: nothing that it holds does anything any more. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** A process of the wallet. It can die at any yield point, with everything that runs in it. */
export interface SimProcess {
  name: string;
  kind: "api" | "worker";
  dead: boolean;
}

interface Parked {
  label: string;
  wakeAt: number | undefined;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** One line of work: a user, a request, a job, the bank. One of them moves at a time. */
export interface Strand {
  readonly id: number;
  readonly name: string;
  /** Where it runs at the moment; undefined outside of the wallet. */
  process: SimProcess | undefined;
  parked: Parked | undefined;
  /** Backend that its statement is running in. */
  inFlight: number | undefined;
  /** Waits in the database for a lock that another strand holds. */
  blocked: boolean;
  openTransactions: number;
}

/** What the scheduler asks of the database. */
export interface Waiting {
  /** Which of these backends wait for a lock now. */
  waiting(pids: number[]): Promise<Set<number>>;
  /** Called when a strand was seen to wait: if it closes a circle, its statement is ended, and true is returned. */
  onBlocked(strand: Strand): Promise<boolean>;
  /** Ends connections that were given up during the last step, and waits until their locks are free. */
  afterStep(): Promise<void>;
}
