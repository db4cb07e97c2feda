import { randomUUID } from "node:crypto";
import { authenticate } from "@revio-wallet/core/session/authenticate";
import { createCallerFactory } from "../../src/trpc/init.ts";
import { operatorRouter } from "../../src/trpc/operator/router.ts";
import { partnerRouter } from "../../src/trpc/partner/router.ts";
import type { Credentials, TrpcContext } from "../../src/trpc/trpc-context.ts";
import { DomainError } from "@revio-wallet/core/errors";
import type { TestServices } from "./services.ts";

const silent = { closed: false, subscribe: () => () => undefined };

/** The context that the routes build, for calls without HTTP. */
export function testContext(
  services: TestServices,
  credentials: Credentials,
  transactionEvents: TrpcContext["transactionEvents"] = silent,
): TrpcContext {
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

export const asOperator = (services: TestServices, credentials: Credentials) =>
  operatorCaller(testContext(services, credentials));

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
