import { join } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "./environment.ts";
import { tail } from "./managed-server.ts";
import { startStack, type Stack } from "./stack.ts";
import { installStopSignals } from "./stop-signals.ts";
import { type DemoUser, playStory } from "./story.ts";

const help = `
pnpm demo           start everything, play a money story, then stay up until Ctrl-C
pnpm demo --once    start everything, play the story, stop; exit 0 only if every amount was as expected
pnpm demo --keep    keep database, secrets and logs in .data/demo, and go on there next time

Without --keep each run has a fresh database in a temporary folder, which is deleted at the end.
Needs nothing but Node: PostgreSQL comes as an npm package, Revio is emulated by the sandbox.
`.trim();

const { values } = parseArgs({
  options: {
    once: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

const say = (line: string): void => console.log(line);
let stop: (() => Promise<void>) | undefined;
const started = performance.now();
const elapsed = (): string => `${((performance.now() - started) / 1_000).toFixed(0)} s`;

/** The ends of the logs: the folder may be gone when somebody wants to read them. */
async function explain(logFolder: string): Promise<void> {
  for (const name of ["api", "worker", "console", "sandbox"]) {
    const text = await tail(join(logFolder, `${name}.log`), 8);
    console.error(`\nEnd of ${name}.log:\n${text}`);
  }
}

async function printAddresses(stack: Stack, user: DemoUser): Promise<void> {
  const { apiUrl, consoleUrl, sandboxUrl, logFolder } = stack;
  const invitation = await stack.inviteFirstOperator({
    email: "you@example.com",
    name: "You",
  });
  const way =
    invitation === undefined
      ? `${consoleUrl}  (sign in as the operator that you made earlier)`
      : `${invitation}\n                    (the first operator's invitation: set a password, add a passkey)`;
  say(`
Everything runs. Stop it with Ctrl-C.

  API               ${apiUrl}/trpc  (ready: ${apiUrl}/health/ready)
  Sign in as        ${user.email}
  with password     ${user.password}
  Console           ${way}
  Revio sandbox     ${sandboxUrl}/sandbox/  (payments, payouts, faults; its pages need no login)
  Logs              ${logFolder}
`);
}

async function run(): Promise<void> {
  const stack = await startStack({
    log: say,
    ...(values.keep ? { dataDir: join(repositoryRoot, ".data", "demo") } : {}),
    timeScale: 60,
    onStarting: (stopEarly) => {
      stop = stopEarly;
    },
    onUnexpectedExit: (name, explanation) => {
      console.error(`The ${name} ended by itself. ${explanation}`);
      process.exitCode = 1;
      void stop?.().finally(() => process.exit(1));
    },
  });
  stop = stack.stop;
  say(`Everything is up after ${elapsed()}. The story:\n`);
  try {
    const user = await playStory(stack, say);
    say(`\nThe story took place as expected, ${elapsed()} after the start.`);
    if (!values.once) return await printAddresses(stack, user);
  } catch (error) {
    await explain(stack.logFolder);
    await stack.stop();
    throw error;
  }
  await stack.stop();
}

if (values.help) {
  say(help);
} else {
  installStopSignals(async () => await stop?.());
  try {
    await run();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
