import { cp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { spawnGuarded } from "./child-process.ts";
import { repositoryRoot, toolEnvironment } from "./environment.ts";
import { tail } from "./managed-server.ts";

/**
 * Builds a Next.js app of ours, unless a build of the same sources is there already, and copies what it needs to run to
 * `folder`, where no later build reaches it.
 */
export async function buildApp(
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
