import { type Html, html } from "../checkout/page.ts";
import type { ListedFault } from "../faults/fault-store.ts";
import { payoutScenarios } from "../payout/payout-scenario.ts";
import { button, table } from "./control-parts.ts";

const operations = [
  "purchases.create",
  "purchases.get",
  "purchases.cancel",
  "purchases.refund",
  "payouts.create",
  "payouts.execute",
  "payouts.get",
  "balance.get",
  "statements.create",
  "statements.get",
  "*",
];

const apiKinds = [
  "timeout_after_effect",
  "timeout_before_effect",
  "reset_after",
  "reset_before",
  "reset_mid_body",
  "html_200",
  "malformed_json",
  "slow",
  "wrong_amount",
  "wrong_currency",
  "wrong_brand",
  "wrong_is_test",
  "unknown_status",
];

const webhookKinds = [
  "duplicate",
  "drop",
  "give_up",
  "delay",
  "reorder",
  "hold",
  "wrong_key",
  "corrupt_body",
];

/** Waiting faults, and forms to add the common ones; everything else goes through the JSON controls. */
export function faultSection(faults: ListedFault<object>[]): Html {
  const rows = faults.map(({ id, scope, remaining, hits, ...rule }) => {
    return html`<tr>
      <td>${scope}</td>
      <td class="text"><code>${JSON.stringify(rule)}</code></td>
      <td class="number">${remaining ?? "until cleared"}</td>
      <td class="number">${hits}</td>
      <td>${button("Clear", `/sandbox/faults/${id}`, {}, { method: "DELETE" })}</td>
    </tr>`;
  });
  return html`<section>
    <h2>Faults</h2>
    <form data-path="/sandbox/faults">
      <label>Operation ${select("match.operation", operations)}</label>
      <label>Fault ${select("kind", apiKinds)}</label>
      ${times()}
      <button>Add API fault</button>
    </form>
    <form data-path="/sandbox/faults">
      <label>Operation ${select("match.operation", operations)}</label>
      <label
        >Status <input name="status" data-number value="502" size="4" inputmode="numeric"
      /></label>
      <label>Retry-After <input name="retryAfter" size="4" inputmode="numeric" /></label>
      <label>Effect ${select("when", ["before", "after"])}</label>
      <input type="hidden" name="kind" value="status" />
      ${times()}
      <button>Add status fault</button>
    </form>
    <form data-path="/sandbox/webhook-faults">
      <label>Event <input name="match.event" placeholder="any" /></label>
      <label>Fault ${select("kind", webhookKinds)}</label>
      ${times()}
      <button>Add webhook fault</button>
    </form>
    <form data-path="/sandbox/payout-scenarios">
      <label>Bank account <input name="match.bankAccount" placeholder="any" /></label>
      <label>Scenario ${select("scenario", payoutScenarios)}</label>
      ${times()}
      <button>Add payout scenario</button>
    </form>
    ${table(["For", "Rule", "#Times left", "#Struck", "Actions"], rows)}
    ${faults.length > 0 ? button("Clear all", "/sandbox/faults", {}, { method: "DELETE", danger: true }) : undefined}
  </section>`;
}

function select(name: string, choices: readonly string[]): Html {
  return html`<select name="${name}">
    ${choices.map((choice) => html`<option>${choice}</option>`)}
  </select>`;
}

function times(): Html {
  return html`<label
    >Times <input name="times" data-number value="1" size="3" inputmode="numeric"
  /></label>`;
}
