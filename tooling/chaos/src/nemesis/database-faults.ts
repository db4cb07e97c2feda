import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { processNames } from "../cluster/cluster.ts";
import type { FaultProxy } from "../proxy/fault-proxy.ts";
import type { Fault, FaultScene } from "./fault.ts";

/** COMMITs whose answer never arrives: committed for certain, and nobody was told. Or the other way round. */
function loseCommits(kind: string, what: "answer" | "message"): Fault {
  return {
    kind,
    proves: ["F75"],
    track: "inside",
    seconds: 10,
    async strike({ cluster, random }) {
      const before = totalLost(cluster.databaseLines);
      const times = random.between(2, 4);
      for (const name of processNames) cluster.databaseLines[name].loseCommits(times, what);
      try {
        await sleep(random.between(3, 8) * 1_000);
      } finally {
        for (const name of processNames) cluster.databaseLines[name].loseCommits(0, what);
      }
      return `${totalLost(cluster.databaseLines) - before} COMMITs`;
    },
  };
}

function totalLost(lines: Record<string, FaultProxy>): number {
  return Object.values(lines).reduce((sum, line) => sum + line.lostCommits(), 0);
}

/** Connections are reset, at rest and in the middle of an answer. */
const cutDatabase: Fault = {
  kind: "cut-database",
  proves: [],
  track: "inside",
  seconds: 8,
  async strike({ cluster, random }) {
    let cut = 0;
    for (let round = 0; round < 3; round += 1) {
      const line = cluster.databaseLines[random.pick(processNames)];
      line.cutMidStream(random.between(1, 3));
      cut += line.cutAll();
      await sleep(random.between(500, 2_000));
      line.cutMidStream(0);
    }
    return `${cut} connections`;
  },
};

const slowDatabase: Fault = {
  kind: "slow-database",
  proves: [],
  track: "inside",
  seconds: 15,
  async strike({ cluster, random }) {
    const victim = random.pick(processNames);
    const delayMs = random.between(30, 200);
    const line = cluster.databaseLines[victim];
    line.setLine({ kind: "slow", delayMs });
    try {
      await sleep(random.between(5, 12) * 1_000);
    } finally {
      line.setLine({ kind: "clear" });
    }
    return `${victim}, ${delayMs} ms each way`;
  },
};

/** A partition: nothing passes and nobody is told. Afterwards what was sent arrives late, or the line is gone. */
const blackHoleDatabase: Fault = {
  kind: "black-hole-database",
  proves: ["F61"],
  track: "inside",
  seconds: 27,
  async strike({ cluster, random }) {
    const victim = random.pick(processNames);
    const seconds = random.between(6, 24);
    const arrivesLate = random.chance(0.5);
    const line = cluster.databaseLines[victim];
    line.setLine({ kind: "black-hole" });
    try {
      await sleep(seconds * 1_000);
    } finally {
      if (!arrivesLate) line.cutAll();
      line.setLine({ kind: "clear" });
    }
    return `${victim}, ${seconds} s, ${arrivesLate ? "then all arrives" : "then cut"}`;
  },
};

/** The primary dies, and only then the standby takes its place; the old one never comes back. */
const failover: Fault = {
  kind: "failover",
  proves: ["F76", "F77", "F78"],
  track: "inside",
  seconds: 20,
  async strike({ cluster }) {
    await cluster.postgres.failOver();
    await cluster.postgres.addStandby();
    return `primary ${cluster.postgres.generation}`;
  },
};

/** No COMMIT is answered while there is no standby: better no answer than one that a failover could take back. */
const standbyDown: Fault = {
  kind: "standby-down",
  proves: ["F79"],
  track: "inside",
  seconds: 30,
  async strike({ cluster, random }) {
    const seconds = random.between(6, 25);
    await cluster.postgres.stopStandby();
    try {
      await sleep(seconds * 1_000);
    } finally {
      await cluster.postgres.startStandby();
    }
    return `${seconds} s`;
  },
};

/**
 * An operator ends backends that wait for the dead standby: their COMMIT succeeds with nothing but a WARNING, and only the
 * primary has it. Then the primary dies too, or the standby comes back.
 */
const cancelledWait: Fault = {
  kind: "cancelled-wait",
  proves: ["F80", "F81"],
  track: "inside",
  seconds: 30,
  async strike(scene) {
    const { postgres } = scene.cluster;
    const primaryDies = scene.random.chance(0.6);
    await postgres.stopStandby();
    let cancelled = 0;
    try {
      cancelled = await cancelWaits(scene);
    } finally {
      if (primaryDies) {
        await postgres.failOver();
        await postgres.addStandby();
      } else {
        await postgres.startStandby();
      }
    }
    return `${cancelled} waits, then ${primaryDies ? "the primary died" : "the standby came back"}`;
  },
};

async function cancelWaits({ cluster, random }: FaultScene): Promise<number> {
  const client = new Client({ connectionString: cluster.postgres.superuserUrl });
  client.on("error", () => {});
  await client.connect();
  let cancelled = 0;
  try {
    for (let round = random.between(4, 10); round > 0; round -= 1) {
      await sleep(700);
      const { rowCount } = await client.query(
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
      );
      cancelled += rowCount ?? 0;
    }
  } finally {
    await client.end();
  }
  return cancelled;
}

export const databaseFaults: readonly Fault[] = [
  loseCommits("lose-commit-answer", "answer"),
  loseCommits("lose-commit", "message"),
  cutDatabase,
  slowDatabase,
  blackHoleDatabase,
  failover,
  standbyDown,
  cancelledWait,
];
