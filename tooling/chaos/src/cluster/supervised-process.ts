import { setTimeout as sleep } from "node:timers/promises";
import type { ManagedServer } from "@revio-wallet/dev/managed-server";

export interface SupervisedProcess {
  readonly name: string;
  /** How often it was started again. */
  restarts(): number;
  /** Lives that ended although nobody had sent a signal, each with how. */
  ownDeaths(): readonly string[];
  /** Logs of all its lives. */
  logFiles(): readonly string[];
  /** `kill -9`, SIGTERM, SIGSTOP or SIGCONT to the process of the moment. @returns false if there is none */
  signal(name: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): boolean;
  /** Resolves once it runs and answers. */
  ready(timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Keeps one process of ours alive, as systemd or an orchestrator would: starts it again whenever it ends, however it ended.
 *
 * @param start starts its nth life, from 1
 */
export async function superviseProcess(
  name: string,
  start: (life: number) => Promise<ManagedServer>,
  log: (line: string) => void,
): Promise<SupervisedProcess> {
  let stopping = false;
  let lives = 1;
  let isCondemned = false;
  const ownDeaths: string[] = [];
  const logFiles: string[] = [];
  const begin = async (): Promise<ManagedServer> => {
    const server = await start(lives);
    logFiles.push(server.logFile);
    return server;
  };
  let current: ManagedServer | undefined = await begin();

  const keepAlive = async (): Promise<void> => {
    while (!stopping) {
      const exit = await current?.exited;
      current = undefined;
      if (stopping) return;
      if (exit !== undefined && !isCondemned) {
        ownDeaths.push(`life ${lives} ended with ${exit.signal ?? `code ${exit.code}`}`);
      }
      isCondemned = false;
      lives += 1;
      try {
        current = await begin();
        if (stopping) await current.stop();
      } catch (error) {
        log(`${name} did not start again: ${error instanceof Error ? error.message : "?"}`);
        await sleep(500);
      }
    }
  };
  const kept = keepAlive();
  const supervised: SupervisedProcess = {
    name,
    restarts: () => lives - 1,
    ownDeaths: () => ownDeaths,
    logFiles: () => logFiles,
    signal(signalName) {
      if (current === undefined) return false;
      isCondemned ||= signalName === "SIGKILL" || signalName === "SIGTERM";
      try {
        return process.kill(current.pid, signalName);
      } catch {
        return false;
      }
    },
    async ready(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      while (current === undefined) {
        if (Date.now() > deadline) throw new Error(`${name} is not back after ${timeoutMs} ms`);
        await sleep(50);
      }
    },
    async stop() {
      stopping = true;
      // A stopped process would not hear the rest.
      supervised.signal("SIGCONT");
      await current?.stop();
      await kept;
    },
  };
  return supervised;
}
