import type { Socket } from "node:net";

/** How the line behaves from now on. */
export type LineState =
  | { kind: "clear" }
  /** Each piece of data waits so long, in both directions. */
  | { kind: "slow"; delayMs: number }
  /** Nothing passes and nobody is told; what was sent meanwhile arrives when the line is clear again. */
  | { kind: "black-hole" }
  /** Nobody listens: open connections are reset and new ones refused, so callers know that nothing was sent. */
  | { kind: "refuse" };

/** One direction of a connection: keeps the order of what it was given, whatever the line does meanwhile. */
export class Flow {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #line: () => LineState;
  readonly #waiting: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #finished = false;

  constructor(from: Socket, to: Socket, line: () => LineState) {
    this.#from = from;
    this.#to = to;
    this.#line = line;
    to.on("drain", () => from.resume());
  }

  push(chunk: Buffer): void {
    this.#waiting.push(chunk);
    if (this.#timer === undefined) this.#pass();
  }

  /** Nothing more will come: ends the other side once it has what is waiting. */
  finish(): void {
    this.#finished = true;
    if (this.#timer === undefined) this.#pass();
  }

  /** The line behaves otherwise now. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pass();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #pass(): void {
    const line = this.#line();
    if (this.#stopped || line.kind === "black-hole") return;
    if (this.#waiting.length === 0) {
      if (this.#finished) this.#to.end();
      return;
    }
    if (line.kind === "slow") {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#send();
        this.#pass();
      }, line.delayMs);
      return;
    }
    while (this.#waiting.length > 0) this.#send();
    if (this.#finished) this.#to.end();
  }

  #send(): void {
    const chunk = this.#waiting.shift();
    if (chunk !== undefined && !this.#to.write(chunk)) this.#from.pause();
  }
}
