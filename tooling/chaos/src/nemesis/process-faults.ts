import { setTimeout as sleep } from "node:timers/promises";
import { processNames, type ProcessName } from "../cluster/cluster.ts";
import type { Fault, FaultScene } from "./fault.ts";

const apis = ["api-1", "api-2"] as const;
const workers = ["worker-1", "worker-2"] as const;
/** What an orchestrator gives a process to end in order before it kills it. */
const graceMs = 60_000;
/** A start takes seconds; on a machine with other work, more. */
const readyTimeoutMs = 120_000;

/** `kill -9`; the supervisor starts it again. */
function kill(kind: string, victims: readonly ProcessName[], proves: Fault["proves"]): Fault {
  return {
    kind,
    proves,
    track: "inside",
    seconds: 12,
    async strike(scene) {
      const victim = scene.random.pick(victims);
      await endAndAwait(scene, victim, "SIGKILL");
      return victim;
    },
  };
}

/** A process that hangs: it holds its connections and its jobs, and wakes up long after others took over. */
function pause(kind: string, victims: readonly ProcessName[], proves: Fault["proves"]): Fault {
  return {
    kind,
    proves,
    track: "inside",
    seconds: 42,
    async strike({ cluster, random }) {
      const victim = random.pick(victims);
      const seconds = random.between(20, 40);
      const hit = cluster.processes[victim];
      hit.signal("SIGSTOP");
      try {
        await sleep(seconds * 1_000);
      } finally {
        hit.signal("SIGCONT");
      }
      return `${victim}, ${seconds} s`;
    },
  };
}

/** Each process in turn is asked to end and started again, as when a new version is rolled out. */
const rollingDeploy: Fault = {
  kind: "rolling-deploy",
  proves: ["F71"],
  track: "inside",
  seconds: 45,
  async strike(scene) {
    for (const victim of processNames) await endAndAwait(scene, victim, "SIGTERM");
    return "all four, one after the other";
  },
};

async function endAndAwait(
  { cluster }: FaultScene,
  victim: ProcessName,
  how: "SIGKILL" | "SIGTERM",
): Promise<void> {
  const hit = cluster.processes[victim];
  const before = hit.restarts();
  hit.signal(how);
  const deadline = Date.now() + graceMs;
  while (hit.restarts() === before && Date.now() < deadline) await sleep(50);
  const isLate = hit.restarts() === before;
  if (isLate) hit.signal("SIGKILL");
  while (hit.restarts() === before) await sleep(50);
  await hit.ready(readyTimeoutMs);
  if (isLate) throw new Error(`${victim} did not end within ${graceMs / 1_000} s of ${how}`);
}

export const processFaults: readonly Fault[] = [
  kill("kill-api", apis, ["F39", "F40"]),
  kill("kill-worker", workers, ["F41", "F53", "F54"]),
  pause("pause-api", apis, ["F61"]),
  pause("pause-worker", workers, ["F61", "F63", "F64"]),
  rollingDeploy,
];
