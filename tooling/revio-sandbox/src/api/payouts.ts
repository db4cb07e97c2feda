import { createPayout } from "../payout/create-payout.ts";
import { executePayout } from "../payout/execute-payout.ts";
import { payoutMethod } from "../payout/payout-document.ts";
import { requirePayout } from "../payout/payout-store.ts";
import type { Sandbox } from "../sandbox.ts";
import { notFound } from "./api-error.ts";
import { authenticate, operation, type SandboxHono } from "./operation.ts";

/** `/api/v1/payouts/` and the execution URL, which stands outside `/api/v1`. */
export function addPayoutRoutes(app: SandboxHono, sandbox: Sandbox): void {
  app.post(
    "/api/v1/payouts/",
    operation(sandbox, "payouts.create", ({ mode, body }) => ({
      status: 201,
      body: createPayout(sandbox, mode, body),
    })),
  );
  app.get(
    "/api/v1/payouts/:id/",
    operation(sandbox, "payouts.get", ({ mode, params }) => ({
      status: 200,
      body: requirePayout(sandbox, params.id ?? "", mode),
    })),
  );
  app.post("/po/:id/:method/", (context) =>
    operation(
      sandbox,
      "payouts.execute",
      ({ params }) => {
        if (params.method !== payoutMethod) throw notFound();
        // The URL may itself be the authority; a wrong key is refused in either case.
        const required = sandbox.settings.current().executeRequiresBearer;
        authenticate(
          sandbox,
          context.req.header("authorization"),
          required ? "bearer" : "optional",
        );
        return { status: 200, body: executePayout(sandbox, params.id ?? "") };
      },
      { auth: "none" },
    )(context),
  );
}
