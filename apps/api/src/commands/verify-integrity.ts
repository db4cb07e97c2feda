import { verifyIntegrity } from "@revio-wallet/core/integrity/verify-integrity";
import { runCommand } from "./run-command.ts";

/**
 * Runs every integrity check over everything, now instead of tonight: breaks open and end, and brakes go on, as by the job. The
 * exit code is 1 if something differs.
 */
await runCommand("verify-integrity", async (ctx, print) => {
  const findings = await verifyIntegrity(ctx);
  print(findings === 0 ? "everything agrees" : `${findings} DIFFERENCES: see the breaks`);
  return findings === 0;
});
