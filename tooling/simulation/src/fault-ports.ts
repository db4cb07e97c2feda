import type { CallFault } from "./gateway/provider.ts";
import { callFaults } from "./gateway/provider.ts";
import type { Probe } from "./probes.ts";
import type { FaultPorts, World } from "./world.ts";

const probeOfCall: Record<CallFault, Probe> = {
  refused: "call refused",
  timeout_before: "call timed out before its effect",
  timeout_after: "call timed out after its effect",
  cut_before: "call cut before its effect",
  cut_after: "call cut after its effect",
  error_before: "answer 5xx before the effect",
  error_after: "answer 5xx after the effect",
  html_after: "answer is a page of somebody else",
  wrong_amount: "answer about another amount",
};

export function faultPorts(world: World): FaultPorts {
  const random = world.random.fork("faults");
  const { probes } = world;
  const met = (probe: Probe) => {
    probes.sometimes(probe);
    world.inject(probe);
  };
  return {
    onStatement: (_, sql) => {
      const { swarm } = world;
      const isCommit = sql === "COMMIT";
      if (random.chance(swarm.cutBefore)) {
        met("connection cut before a statement");
        return "cut_before";
      }
      if (random.chance(swarm.cutAfter + (isCommit ? swarm.commitAnswerLost : 0))) {
        met("connection cut after a statement");
        if (isCommit) probes.sometimes("COMMIT took effect and its answer was lost");
        return "cut_after";
      }
      if (isCommit && random.chance(swarm.commitUnconfirmed)) {
        met("COMMIT that the standby did not confirm");
        return random.chance(0.5) ? "unconfirmed_lost" : "unconfirmed_kept";
      }
      // BEGIN and COMMIT cannot conflict on READ COMMITTED.
      if (!isCommit && !/^(BEGIN|ROLLBACK)/.test(sql) && random.chance(swarm.serialization)) {
        met("statement refused with 40001");
        return "serialization";
      }
      return undefined;
    },
    onCall: ({ method, path }) => {
      for (const kind of callFaults) {
        if (!random.chance(world.swarm.calls[kind])) continue;
        // An answer about other money is for looks alone: what was asked for in a POST, Revio does.
        if (kind === "wrong_amount" && method !== "GET") continue;
        met(probeOfCall[kind]);
        if (kind.endsWith("_after")) tellWhat(world, method, path);
        return kind;
      }
      return undefined;
    },
  };
}

function tellWhat({ probes }: World, method: string, path: string): void {
  if (method !== "POST") return;
  if (path === "/po/execute") probes.sometimes("execute took effect and its answer was lost");
  if (path.endsWith("/payouts/")) {
    probes.sometimes("payout create took effect and its answer was lost");
  }
  if (path.endsWith("/purchases/")) {
    probes.sometimes("purchase create took effect and its answer was lost");
  }
}
