import { DomainError } from "@revio-wallet/core/errors";
import { requireOperator, type Right } from "@revio-wallet/core/operator/require-operator";
import { useStepUp } from "@revio-wallet/core/operator-session/step-up";
import { checkRateLimit } from "@revio-wallet/core/rate-limit/check-rate-limit";
import type { RateLimitClassName } from "@revio-wallet/core/rate-limit/rate-limit-classes";
import { initTRPC } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { currentRequestId } from "../http/request-id.ts";
import { toAppError, toErrorData } from "./errors.ts";
import { requireWholeSession } from "./require-whole-session.ts";
import { transformer } from "./transformer.ts";
import type { TrpcContext } from "./trpc-context.ts";

/** What every procedure states about itself; a test refuses one that does not. */
export interface ProcedureMeta {
  /** Who may call it. */
  access: "anyone" | "user" | "console" | "operator_session" | "operator";
  /** Which counter a call of it counts on. `in-verb`: the verb counts, because it knows better by what. */
  rateLimit: RateLimitClassName | "in-verb" | "none";
  /** What an operator needs to be allowed to; the verb asks for it. `own`: it concerns nobody but themselves. */
  permission?: Right | "own";
  /** The operator confirms this very call with a fresh factor. */
  stepUp?: boolean;
}

const t = initTRPC
  .context<TrpcContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer,
    // Never by NODE_ENV: a stack in an answer is a leak wherever it happens.
    isDev: false,
    sse: {
      // Below the idle time-outs of proxies and load balancers.
      ping: { enabled: true, intervalMs: 15_000 },
      // Long streams end now and then, so that a client comes back with a fresh token.
      maxDurationMs: 5 * 60_000,
      client: { reconnectAfterInactivityMs: 30_000 },
    },
    errorFormatter: ({ error, path, ctx }) => {
      const appError = toAppError(error);
      const data = toErrorData(appError, {
        path,
        requestId: ctx?.requestId ?? currentRequestId.getStore() ?? "unknown",
      });
      return { code: TRPC_ERROR_CODES_BY_KEY[data.code], message: appError.message, data };
    },
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** One line per call. Inputs and outputs stay out of it. */
const logged = t.middleware(async ({ ctx, path, type, next }) => {
  const startedAt = performance.now();
  const result = await next();
  const line = {
    requestId: ctx.requestId,
    procedure: path,
    type,
    durationMs: Math.round(performance.now() - startedAt),
  };
  if (result.ok) {
    ctx.log.info({ ...line, outcome: "ok" }, "call");
  } else {
    const { code, unexpected } = toAppError(result.error);
    if (unexpected) {
      ctx.log.error({ ...line, outcome: code, error: result.error.cause ?? result.error }, "call");
    } else {
      ctx.log.info({ ...line, outcome: code }, "call");
    }
  }
  return result;
});

const signedIn = t.middleware(async ({ ctx, meta, next }) => {
  const actor = await ctx.authenticate();
  const core = ctx.coreFor(actor);
  const rateLimit = meta?.rateLimit;
  if (rateLimit !== undefined && rateLimit !== "in-verb" && rateLimit !== "none") {
    await checkRateLimit(core, rateLimit, actor.id);
  }
  return next({ ctx: { core, userId: actor.id } });
});

/** The route lets nobody through without the service token; this keeps partner tokens out whatever routes do. */
const fromConsole = t.middleware(({ ctx, next }) => {
  if (ctx.credentials.kind !== "operator") {
    throw new DomainError("UNAUTHENTICATED", "Sign in again.");
  }
  return next();
});

const asOperator = t.middleware(async ({ ctx, next }) => {
  const operatorSession = await ctx.authenticateOperator();
  const actor = { kind: "operator", id: operatorSession.operatorId } as const;
  return next({ ctx: { core: { ...ctx.coreFor(actor), operatorSession } } });
});

const wholly = asOperator.unstable_pipe(({ ctx, next }) => {
  requireWholeSession(ctx.core.operatorSession);
  return next({ ctx });
});

/** Before anything is made of the input: who may not do it learns nothing of how it is done. The verb asks once more. */
const permitted = wholly.unstable_pipe(async ({ ctx, meta, next }) => {
  const permission = meta?.permission;
  if (permission === undefined) throw new Error("this procedure says nobody may call it");
  if (permission !== "own") await requireOperator(ctx.core, ctx.core.pool, permission);
  return next({ ctx });
});

const confirmed = permitted.unstable_pipe(async ({ ctx, path, getRawInput, next }) => {
  const { credentials } = ctx;
  const stepUpId = credentials.kind === "operator" ? credentials.stepUpId : undefined;
  const input = Object(await getRawInput()) as object;
  await useStepUp(ctx.core, { procedure: path, input }, stepUpId);
  return next({ ctx });
});

const anonymous = t.middleware(({ ctx, next }) =>
  next({ ctx: { core: ctx.coreFor({ kind: "system", id: "anonymous" }) } }),
);

/** Anyone may call. The verb behind it counts requests by address. */
export const publicProcedure = t.procedure
  .meta({ access: "anyone", rateLimit: "in-verb" })
  .use(logged)
  .use(anonymous);

/** Only a signed-in user, about their own things. */
export function userProcedure(rateLimit: ProcedureMeta["rateLimit"]) {
  return t.procedure.meta({ access: "user", rateLimit }).use(logged).use(signedIn);
}

/** The console's server, for somebody who has not signed in yet. The verb behind it counts requests by address. */
export const consoleProcedure = t.procedure
  .meta({ access: "console", rateLimit: "in-verb" })
  .use(logged)
  .use(fromConsole)
  .use(anonymous);

/** An operator who has given the password, and perhaps no more: what is needed to finish signing in. */
export const operatorSessionProcedure = t.procedure
  .meta({ access: "operator_session", rateLimit: "in-verb" })
  .use(logged)
  .use(fromConsole)
  .use(asOperator);

/** Only an operator who may; the verb reads their right in the same database transaction as it acts. */
export function operatorProcedure(permission: NonNullable<ProcedureMeta["permission"]>) {
  return t.procedure
    .meta({ access: "operator", rateLimit: "none", permission })
    .use(logged)
    .use(fromConsole)
    .use(permitted);
}

/** The same, and they confirm this very call with a fresh factor: `stepUp.grant` gives an id for it, good once. */
export function confirmedProcedure(permission: NonNullable<ProcedureMeta["permission"]>) {
  return t.procedure
    .meta({ access: "operator", rateLimit: "none", permission, stepUp: true })
    .use(logged)
    .use(fromConsole)
    .use(confirmed);
}
