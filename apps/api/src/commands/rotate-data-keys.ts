import { rotateDataKeys } from "@revio-wallet/core/encryption/rotate-data-keys";
import { runCommand } from "./run-command.ts";

/** Rewraps all data keys under the first key of KEY_ENCRYPTION_KEYS. Run it again at any time: it goes on where it stopped. */
await runCommand("rotate-data-keys", async (ctx, print) => {
  const report = await rotateDataKeys(ctx, {
    onProgress: (rewrapped) => print(`${rewrapped} data keys rewrapped`),
  });
  const left = Object.entries(report.remaining);
  for (const [keyId, count] of left)
    print(`${count} data keys are still wrapped by ${keyId}: run again`);
  if (left.length === 0) {
    print(
      `All data keys are wrapped by ${report.currentKeyId}; older keys may be taken out of KEY_ENCRYPTION_KEYS.`,
    );
  }
  return left.length === 0;
});
