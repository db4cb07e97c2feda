import { withTemplate } from "../postgres.ts";
import type { Template } from "../template.ts";
import { flows } from "./flows.ts";
import { type Blow, type FlowResult, runFlow } from "./run-flow.ts";

/** Two crashes in one run are tried where all pairs are few enough. */
const pairsUpTo = 60;
/** Worlds at once: each waits for its own database most of the time. */
const parallel = 4;

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
  const { points, statements } = calm;
  const singles = await tryBlows(
    template,
    name,
    singleBlows(calm).map((blow) => [blow]),
    say,
  );
  say(
    `${name}: ${points.length} crash points, ${statements.length} statements cut before and after, ${singles.results.length} runs, ${singles.red} red`,
  );
  if (!pairs) return singles.red;
  if (points.length > pairsUpTo) {
    say(`${name}: ${points.length} points are too many for pairs (${pairsUpTo})`);
    return singles.red;
  }
  const double = await tryBlows(template, name, pairsOf(singles.results), say);
  say(`${name}: ${double.results.length} pairs of crashes, ${double.red} red`);
  return singles.red + double.red;
}

interface Try {
  blows: readonly Blow[];
  result: FlowResult;
}

/** Lives the flow once for each entry. */
export async function tryBlows(
  template: Template,
  name: string,
  all: readonly (readonly Blow[])[],
  say: Say,
): Promise<{ results: Try[]; red: number }> {
  const left = all.toReversed();
  const results: Try[] = [];
  let red = 0;
  const takeBlows = async (): Promise<void> => {
    for (let blows = left.pop(); blows !== undefined; blows = left.pop()) {
      const result = await runFlow(template, name, blows);
      results.push({ blows, result: { ...result, events: [] } });
      if (result.violations.length > 0) {
        red += 1;
        say(describeRed(name, blows, result));
      }
      if (results.length % 50 === 0) say(`${name}: ${results.length} of ${all.length}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, takeBlows));
  return { results, red };
}

export function singleBlows({ points, statements }: FlowResult): Blow[] {
  return [
    ...points.map((_, at): Blow => ({ kind: "kill", at })),
    ...statements.map((_, at): Blow => ({ kind: "cut_before", at })),
    ...statements.map((_, at): Blow => ({ kind: "cut_after", at })),
  ];
}

/** F55: after each crash, a second one at each point that was passed from there to the end, recovery included. */
function pairsOf(singles: readonly Try[]): Blow[][] {
  return singles.flatMap(({ blows, result }) => {
    const [first] = blows;
    if (first?.kind !== "kill") return [];
    const later = result.points.length - first.at - 1;
    return Array.from({ length: later }, (_, gap): Blow[] => [
      first,
      { kind: "kill", at: first.at + 1 + gap },
    ]);
  });
}

function describeRed(name: string, blows: readonly Blow[], result: FlowResult): string {
  const where = blows.map(({ kind, at }) => {
    const place = kind === "kill" ? result.points[at] : result.statements[at];
    return `${kind} at ${at} (${place?.replaceAll(/\s+/g, " ").slice(0, 80)})`;
  });
  const broken = result.violations.map(({ invariant, text }) => `${invariant} ${text}`);
  return `${name}, ${where.join(" then ") || "undisturbed"}: ${broken.slice(0, 3).join("; ")}`;
}
