import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

export interface ChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdio: StdioOptions;
  /** First signal of an orderly stop. */
  readonly stopSignal: "SIGINT" | "SIGTERM";
  /** `group`: signals go to the child and all it started; `process`: to the child alone. */
  readonly stopScope: "group" | "process";
  /** How long an orderly stop may take before the child is killed. */
  readonly graceMs: number;
  /** Only as root: the user that the child runs as. */
  readonly runAs?: { readonly uid: number; readonly gid: number } | undefined;
  /** Folder to delete if this process dies without stopping the child. */
  readonly removeIfOrphaned?: string | undefined;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GuardedChild {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Settles when the child is gone; never rejects. */
  readonly exited: Promise<ChildExit>;
  exit(): ChildExit | undefined;
  /** Orderly stop, then SIGKILL after the grace time. Safe to call twice. */
  stop(): Promise<ChildExit>;
}

/*
 * The child lives in its own session, so that Ctrl-C in the terminal reaches only us and we stop
 * things in order. The price is that it would survive `kill -9` of this process. Therefore a
 * shell waits on a pipe whose other end only we hold: the kernel closes it however we die, and the
 * shell then stops the child. A line on the pipe means that the child is gone already.
 * $1 pid or -group, $2 signal, $3 grace in tenths of a second, $4 folder to delete or "".
 */
const watchdogScript = `
read -r _ && exit 0
kill -s "$2" -- "$1" 2>/dev/null
i=0
while kill -s 0 -- "$1" 2>/dev/null && [ "$i" -lt "$3" ]; do sleep 0.1; i=$((i + 1)); done
kill -s KILL -- "$1" 2>/dev/null
[ -z "$4" ] || rm -rf -- "$4"
exit 0
`;

function startWatchdog(target: number, options: ChildOptions): () => void {
  const watchdog = spawn(
    "/bin/sh",
    [
      "-c",
      watchdogScript,
      "watchdog",
      String(target),
      options.stopSignal.slice("SIG".length),
      String(Math.ceil(options.graceMs / 100)),
      options.removeIfOrphaned ?? "",
    ],
    { cwd: "/", detached: true, stdio: ["pipe", "ignore", "ignore"] },
  );
  watchdog.on("error", () => {});
  watchdog.stdin.on("error", () => {});
  watchdog.unref();
  // A child's pipe is a socket; without this it would keep our event loop alive.
  (watchdog.stdin as unknown as { unref?: () => void }).unref?.();
  return () => watchdog.stdin.end("done\n");
}

function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch {
    // Already gone.
  }
}

/** Starts a child that cannot outlive this process, however this process ends. */
export function spawnGuarded(
  command: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<GuardedChild> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: options.stdio,
      detached: true,
      ...options.runAs,
    });
    child.once("error", (error) =>
      reject(new Error(`Could not start ${command}: ${error.message}`, { cause: error })),
    );
    child.once("spawn", () => {
      const { pid } = child;
      if (pid === undefined) return reject(new Error(`Could not start ${command}: no process id`));
      resolve(guard(child, pid, options));
    });
  });
}

function guard(child: ChildProcess, pid: number, options: ChildOptions): GuardedChild {
  const target = options.stopScope === "group" ? -pid : pid;
  const releaseWatchdog = startWatchdog(target, options);
  let last: ChildExit | undefined;
  const exited = new Promise<ChildExit>((resolve) => {
    child.once("exit", (code, signalName) => {
      last = { code, signal: signalName };
      // Leftovers of the child (a shell's background jobs) go with it.
      if (options.stopScope === "group") signal(target, "SIGKILL");
      releaseWatchdog();
      resolve(last);
    });
  });
  return {
    pid,
    process: child,
    exited,
    exit: () => last,
    stop: async () => {
      if (last) return last;
      signal(target, options.stopSignal);
      const timer = new AbortController();
      const late = sleep(options.graceMs, undefined, { signal: timer.signal, ref: false }).then(
        () => signal(target, "SIGKILL"),
        () => {},
      );
      const exit = await exited;
      timer.abort();
      await late;
      return exit;
    },
  };
}
