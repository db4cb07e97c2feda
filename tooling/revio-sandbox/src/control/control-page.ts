import { readBalances } from "../books/read-balance.ts";
import { type Html, html, page } from "../checkout/page.ts";
import { listFaults } from "../faults/fault-store.ts";
import { displayAmount } from "../money.ts";
import type { Sandbox } from "../sandbox.ts";
import { listWebhooks } from "../webhooks/webhook-store.ts";
import { controlScript } from "./control-script.ts";
import { controlStyle } from "./control-style.ts";
import { faultSection } from "./fault-section.ts";
import { readDeliveryRows } from "./delivery-controls.ts";
import { payoutSection, purchaseSection } from "./object-sections.ts";
import { button, state, table, time } from "./control-parts.ts";

/** `GET /sandbox/`: everything that happened, and the buttons to make more happen. */
export function controlPage(sandbox: Sandbox): Response {
  return page({
    title: "Revio sandbox",
    style: controlStyle,
    script: controlScript,
    body: html`<header>
        <h1>Revio sandbox</h1>
        <p>${sandbox.config.publicUrl}/api/v1/</p>
        <p>Brand <code>${sandbox.config.brandId}</code></p>
        <p>
          <a href="/sandbox/books">Books</a> · <a href="/sandbox/requests">Requests</a> ·
          <a href="/sandbox/events">Events</a> · <a href="/sandbox/settings">Settings</a>
        </p>
      </header>
      <main>
        ${accountSection(sandbox)} ${purchaseSection(sandbox)} ${payoutSection(sandbox)}
        ${deliverySection(sandbox)} ${faultSection(listFaults(sandbox))}
      </main>
      <p id="answer" role="alert"></p>`,
  });
}

function accountSection(sandbox: Sandbox): Html {
  const { clock } = sandbox;
  const balances = readBalances(sandbox, "test").map(
    (balance) =>
      html`<tr>
        <td>${balance.currency}</td>
        <td class="number">${displayAmount(balance.ecommerceMinor, balance.currency)}</td>
        <td class="number">${displayAmount(balance.pendingPayoutsMinor, balance.currency)}</td>
        <td class="number">${displayAmount(balance.availableForPayoutsMinor, balance.currency)}</td>
        <td class="number">${displayAmount(balance.feesMinor, balance.currency)}</td>
      </tr>`,
  );
  return html`<section>
    <h2>Account and clock</h2>
    ${table(["Currency", "#Balance", "#Pending payouts", "#Available for payouts", "#Fees taken"], balances)}
    <p>
      Sandbox time <strong>${new Date(clock.nowMs()).toISOString()}</strong>,
      ${clock.offsetMs() / 1000} s ahead; waits are ${clock.timeScale()} times shorter than at
      Revio.
    </p>
    <div class="actions">
      ${button("Advance 1 min", "/sandbox/clock", { advanceSeconds: 60 })}
      ${button("Advance 1 h", "/sandbox/clock", { advanceSeconds: 3600 })}
      ${button("Advance 36 h", "/sandbox/clock", { advanceSeconds: 129_600 })}
      ${button("Be down for 30 s", "/sandbox/down", { seconds: 30, how: "reset" })}
      ${button("Come back up", "/sandbox/up")}
      ${button("Reset", "/sandbox/reset", {}, { danger: true, ask: "Forget all purchases, payouts, deliveries, faults and settings?" })}
    </div>
  </section>`;
}

function deliverySection(sandbox: Sandbox): Html {
  const paused = !sandbox.settings.current().deliverWebhooks;
  const webhooks = [...listWebhooks(sandbox, "test"), ...listWebhooks(sandbox, "live")];
  const rows = readDeliveryRows(sandbox).map((delivery) => {
    const { id } = delivery;
    const last = delivery.log.at(-1);
    return html`<tr>
      <td class="when">${time(delivery.createdMs)}</td>
      <td>${delivery.event}</td>
      <td class="text"><code>${delivery.objectId}</code></td>
      <td>${state(delivery.state)}</td>
      <td class="number">${delivery.attempts}</td>
      <td class="text">${last?.errorMessage}</td>
      <td class="when">${delivery.state === "pending" ? time(delivery.nextAttemptMs) : ""}</td>
      <td>
        <div class="actions">
          ${delivery.state === "held" ? button("Release", "/sandbox/deliveries/release", { id }) : undefined}
          ${button("Replay", `/sandbox/deliveries/${id}/replay`)}
          ${button("Wrong key", `/sandbox/deliveries/${id}/replay`, { key: "wrong" })}
          ${button("Corrupt", `/sandbox/deliveries/${id}/replay`, { corrupt: true })}
        </div>
      </td>
    </tr>`;
  });
  return html`<section>
    <h2>Webhook deliveries${paused ? " (paused)" : ""}</h2>
    <p>
      ${webhooks.length === 0 ? "No webhook is registered." : webhooks.map((webhook) => html`<code>${webhook.callback}</code> `)}
    </p>
    <div class="actions">
      ${button("Retry all now", "/sandbox/deliveries/retry-now")}
      ${button("Release all held", "/sandbox/deliveries/release")}
      ${paused ? button("Resume", "/sandbox/settings", { deliverWebhooks: true }) : button("Pause", "/sandbox/settings", { deliverWebhooks: false })}
    </div>
    ${table(["Created", "Event", "Object", "State", "#Attempts", "Last error", "Next attempt", "Actions"], rows)}
  </section>`;
}
