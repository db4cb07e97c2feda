import { withTemplate } from "../postgres.ts";
import type { Template } from "../template.ts";
import { flows } from "./flows.ts";
import { type Blow, type FlowResult, runFlow } from "./run-flow.ts";

/** Two crashes in one run are tried where all pairs are few enough. */
const pairsUpTo = 40;

type Say = (line: string) => void;

export async function crashPointsCommand(options: {
  flow: string | undefined;
  pairs: boolean;
  say: Say;
}): Promise<number> {
  const { say } = options;
  const names = options.flow === undefined ? Object.keys(flows) : [options.flow];
  const unknown = names.find((name) => flows[name] === undefined);
  if (unknown !== undefined) {
    say(`no flow is called ${unknown}; there are ${Object.keys(flows).join(", ")}`);
    return 2;
  }
  return withTemplate(async (template) => {
    let red = 0;
    for (const name of names) red += await tryAllPoints(template, name, options.pairs, say);
    return red === 0 ? 0 : 1;
  });
}

/** Each single blow there is to the flow, and on demand each pair of crashes. Returns how many broke something. */
async function tryAllPoints(
  template: Template,
  name: string,
  pairs: boolean,
  say: Say,
): Promise<number> {
  const calm = await runFlow(template, name, []);
  if (calm.violations.length > 0) {
    say(describeRed(name, [], calm));
    return 1;
  }
  const tries = singleBlows(calm).map((blow) => [blow]);
  const points = calm.points.length;
  if (pairs && points <= pairsUpTo) tries.push(...pairsOf(points));
  else if (pairs) say(`${name}: ${points} points are too many for pairs (${pairsUpTo})`);
  let red = 0;
  for (const [index, blows] of tries.entries()) {
    const result = await runFlow(template, name, blows);
    if (result.violations.length > 0) {
      red += 1;
      say(describeRed(name, blows, result));
    }
    if ((index + 1) % 50 === 0) say(`${name}: ${index + 1} of ${tries.length}`);
  }
  say(
    `${name}: ${points} crash points, ${calm.statements.length} statements cut before and after, ${tries.length} runs, ${red} red`,
  );
  return red;
}

export function singleBlows({ points, statements }: FlowResult): Blow[] {
  return [
    ...points.map((_, at): Blow => ({ kind: "kill", at })),
    ...statements.map((_, at): Blow => ({ kind: "cut_before", at })),
    ...statements.map((_, at): Blow => ({ kind: "cut_after", at })),
  ];
}

function pairsOf(points: number): Blow[][] {
  const pairs: Blow[][] = [];
  for (let first = 0; first < points; first++) {
    // The second falls into the recovery from the first.
    for (let gap = 1; gap <= points; gap++) {
      pairs.push([
        { kind: "kill", at: first },
        { kind: "kill", at: first + gap },
      ]);
    }
  }
  return pairs;
}

export function describeRed(name: string, blows: readonly Blow[], result: FlowResult): string {
  const where = blows.map(({ kind, at }) => {
    const place = kind === "kill" ? result.points[at] : result.statements[at];
    return `${kind} at ${at} (${place?.replaceAll(/\s+/g, " ").slice(0, 80)})`;
  });
  const broken = result.violations.map(({ invariant, text }) => `${invariant} ${text}`);
  return `${name}, ${where.join(" then ") || "undisturbed"}: ${broken.slice(0, 3).join("; ")}`;
}
