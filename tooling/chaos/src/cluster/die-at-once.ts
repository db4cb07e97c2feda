import type { RunningPostgres } from "@revio-wallet/dev/embedded-postgres";

/** SIGQUIT: no checkpoint, no goodbye; what `pg_ctl stop -m immediate` does. */
export async function dieAtOnce(server: RunningPostgres): Promise<void> {
  try {
    process.kill(server.pid, "SIGQUIT");
  } catch {
    // Dead already.
  }
  await server.stop();
}
