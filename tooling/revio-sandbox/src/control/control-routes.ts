import { z } from "zod";
import type { SandboxHono } from "../api/operation.ts";
import { readBooks } from "../books/read-books.ts";
import { apiFaultRequest } from "../faults/api-faults.ts";
import { addFault, clearFaults, listFaults } from "../faults/fault-store.ts";
import { webhookFaultRequest } from "../faults/webhook-faults.ts";
import { payoutScenarioRequest } from "../payout/payout-scenario.ts";
import type { Sandbox } from "../sandbox.ts";
import { statementFaultRequest } from "../statements/statement-faults.ts";
import { control, modeOfQuery } from "./control-answer.ts";
import { controlPage } from "./control-page.ts";
import { addDeliveryControls } from "./delivery-controls.ts";
import { addPayoutControls } from "./payout-controls.ts";
import { addPurchaseControls } from "./purchase-controls.ts";
import { resetSandbox } from "./reset-sandbox.ts";
import { settingsPatch } from "./settings-patch.ts";

const clockRequest = z.strictObject({
  advanceSeconds: z.number().min(0).optional(),
  timeScale: z.number().positive().optional(),
});
const downRequest = z.strictObject({
  seconds: z.number().positive().max(86_400),
  how: z.enum(["refuse", "reset"]).default("refuse"),
});
const resetRequest = z.strictObject({ everything: z.boolean().default(false) });

/** Controls under a path that Revio does not have. They have no key: bind the sandbox to loopback. */
export function addControlRoutes(app: SandboxHono, sandbox: Sandbox): void {
  app.get("/sandbox/", () => controlPage(sandbox));
  app.get(
    "/sandbox/books",
    control((context) => readBooks(sandbox, modeOfQuery(context))),
  );
  addFaultControls(app, sandbox);
  addPurchaseControls(app, sandbox);
  addPayoutControls(app, sandbox);
  addDeliveryControls(app, sandbox);

  app.get(
    "/sandbox/settings",
    control(() => sandbox.settings.current()),
  );
  app.post(
    "/sandbox/settings",
    control((_context, body) => {
      const settings = sandbox.settings.change(settingsPatch.parse(body));
      sandbox.wake.deliveries();
      return settings;
    }),
  );
  const readClock = () => ({
    nowMs: sandbox.clock.nowMs(),
    offsetMs: sandbox.clock.offsetMs(),
    timeScale: sandbox.clock.timeScale(),
  });
  app.get("/sandbox/clock", control(readClock));
  app.post(
    "/sandbox/clock",
    control((_context, body) => {
      const { advanceSeconds, timeScale } = clockRequest.parse(body);
      if (timeScale !== undefined) sandbox.clock.setTimeScale(timeScale);
      if (advanceSeconds !== undefined) sandbox.clock.advance(advanceSeconds);
      return readClock();
    }),
  );
  app.get(
    "/sandbox/requests",
    control(() => ({ counts: sandbox.requests.counts(), recent: sandbox.requests.recent() })),
  );
  app.post(
    "/sandbox/reset",
    control((_context, body) => resetSandbox(sandbox, resetRequest.parse(body).everything)),
  );
}

function addFaultControls(app: SandboxHono, sandbox: Sandbox): void {
  app.get(
    "/sandbox/faults",
    control(() => listFaults(sandbox)),
  );
  app.post(
    "/sandbox/faults",
    control((_context, body) => {
      const { times, ...rule } = apiFaultRequest.parse(body);
      return addFault(sandbox, "api", rule, times);
    }),
  );
  app.post(
    "/sandbox/webhook-faults",
    control((_context, body) => {
      const { times, ...rule } = webhookFaultRequest.parse(body);
      return addFault(sandbox, "webhook", rule, times);
    }),
  );
  app.post(
    "/sandbox/statement-faults",
    control((_context, body) =>
      addFault(sandbox, "statement", statementFaultRequest.parse(body), null),
    ),
  );
  app.post(
    "/sandbox/payout-scenarios",
    control((_context, body) => {
      const { times, ...rule } = payoutScenarioRequest.parse(body);
      return addFault(sandbox, "payout", rule, times);
    }),
  );
  app.delete(
    "/sandbox/faults",
    control(() => ({ removed: clearFaults(sandbox, {}) })),
  );
  app.delete(
    "/sandbox/faults/:id",
    control((context) => ({
      removed: clearFaults(sandbox, { id: context.req.param("id") ?? "" }),
    })),
  );
  app.post(
    "/sandbox/down",
    control((_context, body) => {
      const { seconds, how } = downRequest.parse(body);
      // After this answer has left; closing the listener first would cut it off.
      setTimeout(() => sandbox.outage.begin(seconds, how), 20);
      return { seconds, how };
    }),
  );
  app.post(
    "/sandbox/up",
    control(() => sandbox.outage.end()),
  );
}
