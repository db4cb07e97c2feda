import type { Sandbox } from "../sandbox.ts";

const emptied = [
  "delivery_attempts",
  "deliveries",
  "events",
  "tasks",
  "faults",
  "statements",
  "payout_payments",
  "payouts",
  "payments",
  "attempts",
  "purchases",
  "movements",
];

/**
 * Forgets all objects, books, faults and settings. Webhooks with their keys stay, unless
 * `everything` is asked for, so that a receiver need not register again between two tests.
 */
export function resetSandbox(sandbox: Sandbox, everything: boolean): { reset: true } {
  sandbox.store.transaction(() => {
    for (const table of emptied) sandbox.store.run(`DELETE FROM ${table}`);
    sandbox.store.run(
      "DELETE FROM stored_values WHERE name LIKE 'chargeback:%' OR name LIKE 'capture:%'",
    );
    if (everything) {
      sandbox.store.run("DELETE FROM webhooks");
      sandbox.store.run("DELETE FROM stored_values WHERE name LIKE 'company_key:%'");
    }
  });
  sandbox.settings.reset();
  sandbox.requests.clear();
  return { reset: true };
}
