import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnGuarded, type GuardedChild } from "./child-process.ts";
import { repositoryRoot, serverEnvironment } from "./environment.ts";

export interface ServerDefinition {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** All that the server gets to see besides PATH, HOME and the time zone. */
  readonly variables: Record<string, string>;
  readonly logFolder: string;
  /** Resolves once the server can be used; called again until the timeout while it throws. */
  readonly check: () => Promise<void>;
  readonly startTimeoutMs?: number;
}

export interface ManagedServer {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Settles when the process is gone, whoever ended it. */
  readonly exited: GuardedChild["exited"];
  stop(): Promise<void>;
}

/**
 * Starts a server in a process of its own, with its output in a file, and waits until it answers.
 * When it ends or stays silent instead, throws an error that shows the end of its log.
 */
export async function startServer(definition: ServerDefinition): Promise<ManagedServer> {
  const { name, command, variables, logFolder, check, startTimeoutMs = 60_000 } = definition;
  await mkdir(logFolder, { recursive: true, mode: 0o700 });
  const logFile = join(logFolder, `${name}.log`);
  const child = await spawnLogged(command, variables, logFile);
  const failure = await waitUntil(check, child, startTimeoutMs);
  if (failure !== undefined) {
    await child.stop();
    throw new Error(
      `The ${name} did not start: ${failure}\nEnd of ${logFile}:\n${await tail(logFile)}`,
    );
  }
  return {
    name,
    pid: child.pid,
    logFile,
    exited: child.exited,
    stop: async () => {
      await child.stop();
    },
  };
}

async function spawnLogged(
  [program, ...args]: ServerDefinition["command"],
  variables: Record<string, string>,
  logFile: string,
): Promise<GuardedChild> {
  const log = await open(logFile, "a", 0o600);
  try {
    return await spawnGuarded(program, args, {
      cwd: repositoryRoot,
      env: serverEnvironment(variables),
      stdio: ["ignore", log.fd, log.fd],
      stopSignal: "SIGTERM",
      stopScope: "group",
      graceMs: 15_000,
    });
  } finally {
    await log.close();
  }
}

async function waitUntil(
  check: () => Promise<void>,
  child: GuardedChild,
  timeoutMs: number,
): Promise<string | undefined> {
  const deadline = Date.now() + timeoutMs;
  let reason = "no answer";
  while (Date.now() < deadline) {
    const exit = child.exit();
    if (exit) return `it ended with ${exit.signal ?? `code ${exit.code}`}`;
    try {
      await check();
      return undefined;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await sleep(100);
  }
  return `${reason} after ${timeoutMs / 1000} s`;
}

/** Throws unless the URL answers with a 2xx status within two seconds. */
export async function checkUrl(url: string, bearer?: string): Promise<void> {
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(2_000),
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
}

/** The last lines of a log file. */
export async function tail(file: string, lines = 30): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}
