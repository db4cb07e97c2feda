import { verifyLedger } from "@revio-wallet/core/ledger/verify-ledger";
import { runCommand } from "./run-command.ts";

/** Derives the whole ledger anew and names each difference; the exit code is 1 if there is one. */
await runCommand("verify-ledger", async (ctx, print) => {
  const report = await verifyLedger(ctx);
  for (const { check, subject, expected, actual } of report.differences) {
    print(`${check}: ${subject}: expected ${expected}, found ${actual}`);
  }
  print(
    `${report.verified ? "ledger verified" : "THE LEDGER DIFFERS"}: ${report.transactions} transactions, ` +
      `${report.journalEntries} journal entries, ${report.postings} postings`,
  );
  return report.verified;
});
