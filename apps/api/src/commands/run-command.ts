import { createServices, type AppContext } from "../context.ts";
import { readEnv } from "../env.ts";
import { createLog } from "../log.ts";

/**
 * Runs one operator's command with the settings of the API, as the system. Lines go to standard output; the exit code is
 * 0 if `work` answers true.
 */
export async function runCommand(
  name: string,
  work: (ctx: AppContext, print: (line: string) => void) => Promise<boolean>,
): Promise<void> {
  const env = readEnv();
  const services = await createServices({
    env,
    role: "worker",
    log: createLog({ name: "worker", level: env.LOG_LEVEL }),
    afterQueueStart: async () => undefined,
  });
  const ctx = services.contextFor({
    actor: { kind: "system", id: name },
    requestId: `command:${name}`,
  });
  const print = (line: string) => process.stdout.write(`${line}\n`);
  try {
    process.exitCode = (await work(ctx, print)) ? 0 : 1;
  } finally {
    await services.close();
  }
}
