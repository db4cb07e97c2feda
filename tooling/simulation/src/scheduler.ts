import type { Random } from "./random.ts";
import { Killed, type SimProcess, type Strand, type Waiting } from "./strand.ts";
import type { Trace } from "./trace.ts";

/** Real time after which a strand is asked whether it waits for a lock. What comes of it does not depend on how long that is. */
const stallMs = 6;

/**
 * Runs strands cooperatively: each goes from one yield point to the next while all others stand still, and chance says who
 * is next. Time is virtual: a few milliseconds a step, and a jump when all are asleep.
 */
export class Scheduler {
  /** How likely the same strand goes on, if it can. */
  stickiness = 0;
  /** Asked before each step; may kill a process. */
  beforeStep: (() => Promise<void>) | undefined;
  /** An error that nobody caught. */
  onFailure: (strand: Strand, error: unknown) => void = () => {};
  /** A strand has begun to wait for a lock. */
  onWait: () => void = () => {};
  steps = 0;
  #nowMs: number;
  #nextId = 1;
  #last: Strand | undefined;
  readonly #strands = new Set<Strand>();
  readonly #running = new Set<Strand>();
  #idle: (() => void) | undefined;
  #isOver = false;
  readonly #random: Random;
  readonly #trace: Trace;
  readonly #database: Waiting;

  constructor(options: { startMs: number; random: Random; trace: Trace; database: Waiting }) {
    this.#nowMs = options.startMs;
    this.#random = options.random;
    this.#trace = options.trace;
    this.#database = options.database;
  }

  readonly clock = { now: () => new Date(this.#nowMs) };
  nowMs = (): number => this.#nowMs;

  /** Starts work that waits for its first turn. */
  spawn(
    name: string,
    process: SimProcess | undefined,
    work: (strand: Strand) => Promise<void>,
  ): Strand {
    const strand: Strand = {
      id: this.#nextId++,
      name,
      process,
      parked: undefined,
      inFlight: undefined,
      blocked: false,
      openTransactions: 0,
    };
    this.#strands.add(strand);
    void this.#live(strand, work);
    return strand;
  }

  async #live(strand: Strand, work: (strand: Strand) => Promise<void>): Promise<void> {
    try {
      await this.point(strand, "starts");
      await work(strand);
    } catch (error) {
      if (!(error instanceof Killed) && !this.#isOver) this.onFailure(strand, error);
    } finally {
      this.#strands.delete(strand);
      this.#leave(strand);
    }
  }

  /** A yield point: others may go first, or the process may die here. */
  point(strand: Strand, label: string): Promise<void> {
    return this.#park(strand, label, undefined);
  }

  /** Sleeps for virtual milliseconds, or until woken. */
  sleep(strand: Strand, ms: number, label = "sleeps"): Promise<void> {
    return this.#park(strand, label, this.#nowMs + ms);
  }

  #park(strand: Strand, label: string, wakeAt: number | undefined): Promise<void> {
    if (this.#isOver) return Promise.reject(new Killed(`the world has ended before ${label}`));
    if (strand.process?.dead) return Promise.reject(new Killed(`dead before ${label}`));
    return new Promise((resolve, reject) => {
      strand.parked = { label, wakeAt, resolve, reject };
      strand.blocked = false;
      this.#leave(strand);
    });
  }

  /** Ends a sleep early. */
  wake(strand: Strand): void {
    const { parked } = strand;
    if (parked?.wakeAt !== undefined) parked.wakeAt = Math.min(parked.wakeAt, this.#nowMs);
  }

  note(who: string, what: string): void {
    this.#trace.add(this.#nowMs, who, what);
  }

  #leave(strand: Strand): void {
    this.#running.delete(strand);
    if (this.#running.size === 0) this.#idle?.();
  }

  /** Goes on until nothing is left to do, virtual time is over, or `stop` says so. */
  async run(untilMs: number, stop: () => boolean): Promise<void> {
    while (!stop()) {
      const strand = this.#pick(untilMs);
      if (strand === undefined) {
        this.#nowMs = Math.max(this.#nowMs, untilMs);
        return;
      }
      await this.#step(strand);
      await this.beforeStep?.();
    }
  }

  #pick(untilMs: number): Strand | undefined {
    const parked = [...this.#strands].filter((strand) => strand.parked !== undefined);
    const ready = parked.filter(({ parked: at }) => (at?.wakeAt ?? 0) <= this.#nowMs);
    if (ready.length > 0) {
      if (this.#nowMs > untilMs) return undefined;
      if (this.#last && ready.includes(this.#last) && this.#random.chance(this.stickiness)) {
        return this.#last;
      }
      return this.#random.pick(ready);
    }
    let first: Strand | undefined;
    for (const strand of parked) {
      if ((strand.parked?.wakeAt ?? 0) < (first?.parked?.wakeAt ?? Infinity)) first = strand;
    }
    const at = first?.parked?.wakeAt;
    if (first === undefined || at === undefined || at > untilMs) return undefined;
    this.#nowMs = at;
    return first;
  }

  async #step(strand: Strand): Promise<void> {
    const { parked } = strand;
    if (parked === undefined) throw new Error(`${strand.name} has no turn to take`);
    this.steps += 1;
    this.#nowMs += this.#random.int(1, 5);
    this.note(strand.name, parked.label);
    this.#last = strand;
    strand.parked = undefined;
    this.#running.add(strand);
    parked.resolve();
    await this.#quiet();
    await this.#settle();
  }

  /** Waits until whoever moves has come to a yield point, has ended, or waits for a lock. */
  async #quiet(): Promise<void> {
    while (this.#running.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        timer = setTimeout(resolve, stallMs);
      });
      clearTimeout(timer);
      this.#idle = undefined;
      if (this.#running.size > 0) await this.#markBlocked();
    }
  }

  async #markBlocked(): Promise<void> {
    const asked = [...this.#running].filter(({ inFlight }) => inFlight !== undefined);
    if (asked.length === 0) return;
    const waiting = await this.#database.waiting(asked.map(({ inFlight }) => inFlight ?? 0));
    for (const strand of asked) {
      if (strand.inFlight === undefined || !waiting.has(strand.inFlight)) continue;
      if (!this.#running.has(strand)) continue;
      strand.blocked = true;
      this.note(strand.name, "waits for a lock");
      this.onWait();
      if (await this.#database.onBlocked(strand)) strand.blocked = false;
      else this.#running.delete(strand);
    }
  }

  /** After a step locks may be free: whoever got one comes to its next yield point before anybody else moves. */
  async #settle(): Promise<void> {
    await this.#database.afterStep();
    for (;;) {
      const blocked = [...this.#strands].filter((strand) => strand.blocked);
      if (blocked.length === 0) return;
      const waiting = await this.#database.waiting(blocked.map(({ inFlight }) => inFlight ?? 0));
      const free = blocked.filter((strand) => strand.blocked && !waiting.has(strand.inFlight ?? 0));
      // Whoever got one lock may wait for the next within the same statement, and so close a circle.
      if (free.length === 0 && !(await this.#breakCircle(blocked))) return;
      for (const strand of free) {
        strand.blocked = false;
        if (strand.parked === undefined) this.#running.add(strand);
      }
      await this.#quiet();
    }
  }

  async #breakCircle(blocked: readonly Strand[]): Promise<boolean> {
    if (blocked.length < 2) return false;
    for (const strand of blocked.toReversed()) {
      if (!(await this.#database.onBlocked(strand))) continue;
      strand.blocked = false;
      if (strand.parked === undefined) this.#running.add(strand);
      return true;
    }
    return false;
  }

  /** Kills a process with all that runs in it, one strand after the other. `cut` ends a running statement. */
  async kill(process: SimProcess, cut: (strand: Strand) => Promise<void>): Promise<void> {
    this.note(process.name, "is killed");
    process.dead = true;
    const inside = this.strands().filter((strand) => strand.process === process);
    for (const strand of inside) {
      if (strand.process !== process) continue;
      const { parked } = strand;
      this.#running.add(strand);
      strand.blocked = false;
      strand.parked = undefined;
      if (parked === undefined) await cut(strand);
      else parked.reject(new Killed(`${process.name} was killed`));
      await this.#quiet();
    }
    await this.#settle();
  }

  /** The end of the world: whatever still waits for a turn will never get one, and lets go of what it holds. */
  end(): void {
    this.#isOver = true;
    for (const strand of this.#strands) strand.parked?.reject(new Killed("the world has ended"));
  }

  /** Who moved last. */
  last(): Strand | undefined {
    return this.#last;
  }

  strands(): Strand[] {
    return [...this.#strands];
  }
}
