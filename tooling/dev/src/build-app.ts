import { cp, mkdir, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnGuarded } from "./child-process.ts";
import { repositoryRoot, toolEnvironment } from "./environment.ts";
import { tail } from "./managed-server.ts";

/** No build takes longer. */
const staleMs = 10 * 60_000;

/**
 * Builds a Next.js app of ours, unless a build of the same sources is there already, and copies what it needs to run to
 * `folder`, where no later build reaches it.
 */
export async function buildApp(
  app: "api" | "admin",
  logFolder: string,
  folder: string,
): Promise<void> {
  await oneAtATime(app, () => buildAndCopy(app, logFolder, folder));
}

/** Two stacks that start together would pull files from under each other's copies. A lock whose holder died is taken over. */
async function oneAtATime(app: string, work: () => Promise<void>): Promise<void> {
  const lock = join(repositoryRoot, "apps", app, ".build-lock");
  while (
    !(await mkdir(lock).then(
      () => true,
      () => false,
    ))
  ) {
    const age = await stat(lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > staleMs) await rm(lock, { recursive: true, force: true });
    else await sleep(200);
  }
  try {
    await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function buildAndCopy(
  app: "api" | "admin",
  logFolder: string,
  folder: string,
): Promise<void> {
  const logFile = join(logFolder, `build-${app}.log`);
  const log = await open(logFile, "w", 0o600);
  try {
    const child = await spawnGuarded("turbo", ["run", "build", `--filter=@revio-wallet/${app}`], {
      cwd: repositoryRoot,
      env: toolEnvironment(),
      stdio: ["ignore", log.fd, log.fd],
      stopSignal: "SIGTERM",
      stopScope: "group",
      graceMs: 10_000,
    });
    const { code } = await child.exited;
    if (code !== 0) {
      throw new Error(`apps/${app} does not build. End of ${logFile}:\n${await tail(logFile)}`);
    }
  } finally {
    await log.close();
  }
  await rm(folder, { recursive: true, force: true });
  const built = join(repositoryRoot, "apps", app);
  const copy = (from: string, to: string) =>
    cp(join(built, from), join(folder, to), { recursive: true, verbatimSymlinks: true });
  await copy(".next/standalone", ".");
  if (app === "api") return;
  // What browsers load; a standalone build leaves it out for those who serve it elsewhere.
  await copy(".next/static", "apps/admin/.next/static");
  await copy("public", "apps/admin/public");
}
