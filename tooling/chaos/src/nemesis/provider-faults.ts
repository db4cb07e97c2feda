import { setTimeout as sleep } from "node:timers/promises";
import type { FaultProxy } from "../proxy/fault-proxy.ts";
import type { LineState } from "../proxy/flow.ts";
import { control } from "../sandbox-control.ts";
import type { Fault, FaultScene } from "./fault.ts";

const revioDown: Fault = {
  kind: "revio-down",
  proves: ["F15"],
  track: "outside",
  seconds: 22,
  async strike({ cluster, random }) {
    const seconds = random.between(4, 18);
    const how = random.pick(["refuse", "reset"]);
    await control(cluster.sandboxUrl, "down", { seconds, how });
    // Else the proxy would take the call, and its caller could not know that nothing arrived.
    if (how === "refuse") cluster.revioLine.setLine({ kind: "refuse" });
    try {
      await sleep(seconds * 1_000);
      await untilUp(cluster.sandboxUrl);
    } finally {
      cluster.revioLine.setLine({ kind: "clear" });
    }
    return `${seconds} s, ${how}`;
  },
};

async function untilUp(sandboxUrl: string): Promise<void> {
  for (;;) {
    try {
      await control(sandboxUrl, "clock");
      return;
    } catch {
      await sleep(200);
    }
  }
}

const operations = [
  "purchases.create",
  "purchases.get",
  "payouts.create",
  "payouts.execute",
  "payouts.get",
];

/** How Revio may fail; most of these after the request took effect, which nobody is told. */
const apiDisturbances: readonly object[] = [
  { kind: "timeout_before_effect", delayMs: 25_000 },
  { kind: "timeout_after_effect", delayMs: 25_000 },
  { kind: "reset_before" },
  { kind: "reset_after" },
  { kind: "reset_mid_body" },
  { kind: "status", status: 503, retryAfter: 1 },
  { kind: "status", status: 500, when: "after" },
  { kind: "status", status: 429 },
  { kind: "html_200", when: "after" },
  { kind: "malformed_json" },
  { kind: "slow", delayMs: 3_000, when: "after" },
];

const revioFaults: Fault = {
  kind: "revio-faults",
  proves: ["F01", "F02", "F03", "F04", "F05", "F07", "F13", "F14", "F16", "F23"],
  track: "outside",
  seconds: 15,
  async strike(scene) {
    const { random } = scene;
    const chosen = Array.from({ length: 4 }, () => ({
      match: { operation: random.pick(operations) },
      times: random.between(1, 2),
      ...random.pick(apiDisturbances),
    }));
    await plant(scene, "faults", chosen);
    const names = chosen.map(
      (each) => `${each.match.operation} ${(each as { kind?: string }).kind}`,
    );
    return names.join(", ");
  },
};

const webhookDisturbances: readonly object[] = [
  { kind: "drop" },
  { kind: "duplicate", copies: 3 },
  { kind: "delay", delayMs: 4_000 },
  { kind: "reorder", delayMs: 3_000 },
  { kind: "wrong_key" },
  { kind: "corrupt_body" },
];

const webhookFaults: Fault = {
  kind: "webhook-faults",
  proves: ["F28", "F30", "F32", "F42"],
  track: "outside",
  seconds: 15,
  async strike(scene) {
    const { random } = scene;
    const chosen = Array.from({ length: 3 }, () => ({
      times: random.between(2, 6),
      probability: 0.6,
      ...random.pick(webhookDisturbances),
    }));
    await plant(scene, "webhook-faults", chosen);
    return chosen.map((each) => (each as { kind?: string }).kind).join(", ");
  },
};

async function plant(
  { cluster, random }: FaultScene,
  path: string,
  chosen: readonly object[],
): Promise<void> {
  for (const fault of chosen) await control(cluster.sandboxUrl, path, fault);
  try {
    await sleep(random.between(5, 12) * 1_000);
  } finally {
    await fetch(`${cluster.sandboxUrl}/sandbox/faults`, { method: "DELETE" });
  }
}

/** Trouble on the way to or from Revio. */
function disturbLine(
  kind: string,
  proves: Fault["proves"],
  lineOf: (scene: FaultScene) => FaultProxy,
): Fault {
  return {
    kind,
    proves,
    track: "outside",
    seconds: 20,
    async strike(scene) {
      const { random } = scene;
      const state = random.pick<LineState>([
        { kind: "slow", delayMs: random.between(200, 1_500) },
        { kind: "black-hole" },
        { kind: "refuse" },
      ]);
      const line = lineOf(scene);
      line.setLine(state);
      line.cutMidStream(random.between(0, 3));
      try {
        await sleep(random.between(4, 15) * 1_000);
      } finally {
        line.cutMidStream(0);
        if (random.chance(0.5)) line.cutAll();
        line.setLine({ kind: "clear" });
      }
      return state.kind;
    },
  };
}

export const providerFaults: readonly Fault[] = [
  revioDown,
  revioFaults,
  webhookFaults,
  disturbLine("revio-line", ["F05", "F16"], ({ cluster }) => cluster.revioLine),
  disturbLine("webhook-line", ["F40"], ({ cluster }) => cluster.webhookLine),
];
