import { randomUUID } from "node:crypto";
import { authenticateOperator } from "@revio-wallet/core/operator-session/authenticate-operator";
import { authenticate } from "@revio-wallet/core/session/authenticate";
import { createCallerFactory } from "../../src/trpc/init.ts";
import { operatorRouter } from "../../src/trpc/operator/router.ts";
import { partnerRouter } from "../../src/trpc/partner/router.ts";
import type { Credentials, TrpcContext } from "../../src/trpc/trpc-context.ts";
import { DomainError } from "@revio-wallet/core/errors";
import { proceduresOf } from "../procedures-of.ts";
import { type SignedInOperator, stepUpFor } from "../signed-in-operator.ts";
import type { TestServices } from "./services.ts";

const silent = { closed: false, subscribe: () => () => undefined };

/** The context that the routes build, for calls without HTTP. */
export function testContext(
  services: TestServices,
  credentials: Credentials,
  transactionEvents: TrpcContext["transactionEvents"] = silent,
): TrpcContext {
  const isStream = transactionEvents !== silent;
  const requestId = randomUUID();
  const anonymous = services.contextFor({ actor: { kind: "system", id: "anonymous" }, requestId });
  return {
    requestId,
    clientAddress: "127.0.0.1",
    userAgent: "test",
    credentials,
    settings: services.env,
    log: services.log,
    transactionEvents,
    coreFor: (actor) => services.contextFor({ actor, requestId }),
    setHeader: () => undefined,
    authenticateOperator: () => {
      const token = credentials.kind === "operator" ? credentials.sessionToken : undefined;
      return authenticateOperator(anonymous, token ?? "", { isUse: !isStream });
    },
    authenticate: async () => {
      if (credentials.kind !== "partner" || credentials.accessToken === undefined) {
        throw new DomainError("UNAUTHENTICATED", "Sign in first.");
      }
      return authenticate(anonymous, credentials.accessToken);
    },
  };
}

const partnerCaller = createCallerFactory(partnerRouter);
const operatorCaller = createCallerFactory(operatorRouter);

export const asPartner = (services: TestServices, accessToken?: string) =>
  partnerCaller(testContext(services, { kind: "partner", accessToken }));

/** Calls with whatever is given. */
export const onOperatorRouter = (services: TestServices, credentials: Credentials) =>
  operatorCaller(testContext(services, credentials));

type OperatorCaller = ReturnType<typeof operatorCaller>;

/** Calls in the operator's session; what they must confirm they confirm, each call by itself. */
export function asOperator(services: TestServices, operator: SignedInOperator): OperatorCaller {
  const credentials = {
    kind: "operator",
    sessionToken: operator.sessionToken,
    address: "127.0.0.1",
  } as const;
  const call = async (procedure: string, input: object) => {
    const needsStepUp = confirmed.has(procedure);
    const stepUpId = needsStepUp
      ? await stepUpFor(services.database.pool, operator, { procedure, input })
      : undefined;
    const caller = operatorCaller(testContext(services, { ...credentials, stepUpId }));
    const [router = "", name = ""] = procedure.split(".");
    return (caller as unknown as Record<string, Record<string, (given: object) => unknown>>)[
      router
    ]?.[name]?.(input);
  };
  const routers = (router: string) =>
    new Proxy(
      {},
      { get: (_, name) => (input: object) => call(`${router}.${String(name)}`, input) },
    );
  return new Proxy({}, { get: (_, router) => routers(String(router)) }) as OperatorCaller;
}

const confirmed = new Set(
  proceduresOf(operatorRouter)
    .filter(({ meta }) => meta?.stepUp === true)
    .map(({ path }) => path),
);

/** A user who has just signed in. */
export async function signedInUser(services: TestServices) {
  const email = `${randomUUID()}@example.com`;
  const password = "plenty of quiet giraffes";
  const { id } = await asPartner(services).user.register({
    email,
    fullName: "Thandi Nkosi",
    password,
  });
  const { accessToken } = await asPartner(services).session.signIn({ email, password });
  return { id, email, password, accessToken, api: asPartner(services, accessToken) };
}
