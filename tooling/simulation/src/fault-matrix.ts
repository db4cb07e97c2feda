import { glob, readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { allFaults } from "@revio-wallet/chaos/nemesis/run-nemesis";
import { type Fault, faults } from "./fault-list.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const page = `${root}docs/reliability.md`;

interface NamedTest {
  title: string;
  file: string;
  result: "passed" | "failed" | "not run";
}

/** String literals of a test file that begin with ids, one of a fault among them: the titles of tests. */
const titles = /(["'`])((?:[A-Z]+\d+[,:]? )*F\d{2,3}\b(?:(?!\1)[^\\\n]|\\.)*)\1/g;

async function findTests(): Promise<Map<string, NamedTest[]>> {
  const results = await readResults();
  const byFault = new Map<string, NamedTest[]>();
  const files: string[] = [];
  for await (const file of glob("{apps,packages,tooling}/*/test/**/*.test.ts", { cwd: root })) {
    files.push(file);
  }
  for (const file of files.sort()) {
    const text = await readFile(`${root}${file}`, "utf8");
    for (const [, , title = ""] of text.matchAll(titles)) {
      const named = { title, file, result: resultOf(results, title) };
      for (const id of new Set(title.match(/\bF\d{2,3}\b/g))) {
        byFault.set(id, [...(byFault.get(id) ?? []), named]);
      }
    }
  }
  return byFault;
}

/** Full names and results of the last `pnpm test`, if it left any. */
async function readResults(): Promise<{ name: string; passed: boolean }[]> {
  const results: { name: string; passed: boolean }[] = [];
  for (const project of ["unit", "db", "e2e"]) {
    const text = await readFile(`${root}test-output/vitest-${project}.json`, "utf8").catch(
      () => undefined,
    );
    if (text === undefined) continue;
    const report = JSON.parse(text) as {
      testResults: { assertionResults: { fullName: string; status: string }[] }[];
    };
    for (const { fullName, status } of report.testResults.flatMap((one) => one.assertionResults)) {
      if (status === "passed" || status === "failed") {
        results.push({ name: fullName, passed: status === "passed" });
      }
    }
  }
  return results;
}

/** A title with places for values (`%s`, `$name`, a template) is known by what stands before the first. */
function resultOf(
  results: readonly { name: string; passed: boolean }[],
  title: string,
): NamedTest["result"] {
  const beginning = title.split(/[$%]/)[0] ?? title;
  const same = results.filter(({ name }) => name.includes(beginning));
  if (same.length === 0) return "not run";
  return same.every(({ passed }) => passed) ? "passed" : "failed";
}

/** Which kinds of fault of `pnpm chaos` bring this one about. */
function inChaos(id: string): string[] {
  return allFaults.flatMap(({ kind, proves }) =>
    proves.some((proven) => proven === id) ? [kind] : [],
  );
}

function refuseUnknownIds(): void {
  const unknown = allFaults.flatMap(({ proves }) => proves.filter((id) => !(id in faults)));
  if (unknown.length > 0) throw new Error(`chaos proves unknown faults: ${unknown.join(", ")}`);
}

function row(id: string, { what, simulated }: Fault, tests: readonly NamedTest[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const wordsOf = (title: string) => title.replaceAll(/\b[A-Z]+\d+[,:]?\s*/g, "");
  const named = tests.flatMap(({ title, file, result }) => {
    const words = wordsOf(title);
    if (words === "" && tests.some((one) => one.file === file && wordsOf(one.title) !== ""))
      return [];
    // Of a title that is an id and nothing else, the file says what it is about.
    const name = words === "" ? basename(file, ".test.ts").replaceAll("-", " ") : words;
    return `[${cell(name)}](../${file}) ${result === "not run" ? "" : result}`.trim();
  });
  const chaos = inChaos(id);
  const isMissing = simulated === undefined && chaos.length === 0;
  const last =
    named.length > 0 ? [...new Set(named)].join("<br>") : isMissing ? "**missing**" : "–";
  return `| ${id} | ${cell(what)} | ${last} | ${simulated ?? "–"} | ${chaos.join(", ") || "–"} |`;
}

function pageOf(tests: Map<string, NamedTest[]>): string {
  const ids = Object.keys(faults);
  const isMet = (id: string) =>
    tests.has(id) || faults[id]?.simulated !== undefined || inChaos(id).length > 0;
  const lines = [
    "# Faults, and what proves that they are survived",
    "",
    "Written by `pnpm fault-matrix` from the titles of tests; do not edit. A test carries the id of its fault in its title. The",
    "simulation (`pnpm sim`) reaches the place named here in every large batch, under every invariant at once; `pnpm chaos` strikes whole",
    "processes with the fault named last, and checks the bank afterwards.",
    "",
    `${ids.filter((id) => tests.has(id)).length} of ${ids.length} faults have a test of their own; ${ids.filter((id) => !isMet(id)).length} have neither that nor a place in the simulation or in chaos.`,
  ];
  let group = "";
  for (const [id, fault] of Object.entries(faults)) {
    if (fault.group !== group) {
      group = fault.group;
      lines.push("", `## ${group[0]?.toUpperCase()}${group.slice(1)}`, "");
      lines.push("| id | fault | tests | in the simulation | in chaos |", "|---|---|---|---|---|");
    }
    lines.push(row(id, fault, tests.get(id) ?? []));
  }
  return `${lines.join("\n")}\n`;
}

refuseUnknownIds();
await writeFile(page, pageOf(await findTests()));
process.stdout.write(`wrote ${page}\n`);
