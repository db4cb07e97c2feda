import type { Cluster } from "../cluster/cluster.ts";
import type { ChaosOptions } from "../options.ts";
import type { Random } from "../random.ts";
import type { History } from "../workload/history.ts";
import type { FaultWindow } from "./fault.ts";

export async function runNemesis(_: {
  readonly cluster: Cluster;
  readonly history: History;
  readonly random: Random;
  readonly options: ChaosOptions;
  readonly deadline: number;
  readonly log: (line: string) => void;
}): Promise<FaultWindow[]> {
  return [];
}
