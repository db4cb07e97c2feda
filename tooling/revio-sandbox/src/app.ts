import { Hono } from "hono";
import { addAccountRoutes } from "./api/account.ts";
import { generalError, methodNotAllowed, notFound } from "./api/api-error.ts";
import {
  cutConnection,
  operation,
  type SandboxContext,
  type SandboxHono,
} from "./api/operation.ts";
import { addPayoutRoutes } from "./api/payouts.ts";
import { addPurchaseRoutes } from "./api/purchases.ts";
import { addStatementRoutes } from "./api/statements.ts";
import { addWebhookRoutes } from "./api/webhooks.ts";
import { addCheckoutRoutes } from "./checkout/checkout-routes.ts";
import { addControlRoutes } from "./control/control-routes.ts";
import type { Sandbox } from "./sandbox.ts";

/** All routes. Strict matching on purpose: a path without its trailing slash is not found. */
export function createApp(sandbox: Sandbox): SandboxHono {
  const app: SandboxHono = new Hono({ strict: true });
  app.use("*", async (context, next) => {
    const isControl = context.req.path.startsWith("/sandbox/");
    return sandbox.outage.isResetting() && !isControl ? cutConnection(context) : next();
  });
  addPurchaseRoutes(app, sandbox);
  addPayoutRoutes(app, sandbox);
  addAccountRoutes(app, sandbox);
  addWebhookRoutes(app, sandbox);
  addStatementRoutes(app, sandbox);
  addCheckoutRoutes(app, sandbox);
  addControlRoutes(app, sandbox);
  const known = new Set(
    app.routes.filter((route) => /^\/(api\/v1|po)\//.test(route.path)).map((route) => route.path),
  );
  for (const path of known) {
    app.all(path, (context) =>
      refuse(sandbox, context, "wrong_verb", methodNotAllowed(context.req.method)),
    );
  }
  app.notFound((context) => {
    if (context.req.path.startsWith("/sandbox/")) {
      return Response.json({ error: "no such control" }, { status: 404 });
    }
    return refuse(sandbox, context, "unknown_path", notFound());
  });
  app.onError((error) => {
    console.error("revio-sandbox: a request failed", error);
    const { body } = generalError("error", "Sandbox failure", 500);
    return Response.json(body, { status: 500 });
  });
  return app;
}

function refuse(
  sandbox: Sandbox,
  context: SandboxContext,
  name: string,
  error: Error,
): Promise<Response> {
  const isApi = context.req.path.startsWith("/api/v1/") && context.req.path.endsWith("/");
  const refusal = operation(
    sandbox,
    name,
    () => {
      throw error;
    },
    { auth: isApi ? "bearer" : "none" },
  );
  return refusal(context);
}
