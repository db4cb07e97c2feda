import type { inferRouterInputs } from "@trpc/server";
import { serialize } from "superjson";
import type { OperatorRouter } from "../../../src/trpc/operator/router.ts";
import { type SignedInOperator, signedInOperator, stepUpFor } from "../../signed-in-operator.ts";
import { database } from "./database.ts";
import { operatorProcedures } from "./procedures.ts";
import { stack } from "./stack.ts";
import { type Answer, readAnswer } from "./wallet-client.ts";

type Inputs = inferRouterInputs<OperatorRouter>;

/** An operator of the given role, signed in. */
export const addOperator = (role = "operator"): Promise<SignedInOperator> =>
  signedInOperator(database, role);

/** What the console's server sends for an operator. */
export const consoleHeaders = (operator: { sessionToken: string }) => ({
  authorization: `Bearer ${stack.internalApiToken}`,
  "x-operator-session": operator.sessionToken,
  "x-operator-address": "192.0.2.7",
});

/** The call, confirmed if it must be. */
export async function asOperator<Name extends OperatorPath>(
  operator: SignedInOperator,
  path: Name,
  input: OperatorInput<Name>,
): Promise<Answer> {
  return postInternal(path, input, {
    ...consoleHeaders(operator),
    ...(await confirmation(operator, path, input)),
  });
}

/** A fresh factor for the call, where it needs one. */
export async function confirmation(
  operator: SignedInOperator,
  path: string,
  input: object,
): Promise<Record<string, string>> {
  const needsStepUp = operatorProcedures.find((one) => one.path === path)?.stepUp === true;
  if (!needsStepUp) return {};
  return { "x-step-up-id": await stepUpFor(database, operator, { procedure: path, input }) };
}

export async function postInternal(
  path: string,
  input: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const url = new URL(`/internal/trpc/${path}`, stack.apiUrl);
  const type = operatorProcedures.find((known) => known.path === path)?.type;
  if (type === "query" || type === "subscription") {
    url.searchParams.set("input", JSON.stringify(serialize(input)));
    const accept = type === "subscription" ? { accept: "text/event-stream" } : {};
    return readAnswer(await fetch(url, { headers: { ...accept, ...headers } }));
  }
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(serialize(input)),
  });
  return readAnswer(response);
}

/** The same for queries. */
export async function getInternal(
  path: string,
  input: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const url = new URL(`/internal/trpc/${path}`, stack.apiUrl);
  url.searchParams.set("input", JSON.stringify(serialize(input)));
  return readAnswer(await fetch(url, { headers }));
}

interface OperatorInputs {
  "withdrawal.decide": Inputs["withdrawal"]["decide"];
  "payout.requestResolution": Inputs["payout"]["requestResolution"];
  "payout.decideResolution": Inputs["payout"]["decideResolution"];
  "break.assign": Inputs["break"]["assign"];
  "break.addNote": Inputs["break"]["addNote"];
  "user.suspend": Inputs["user"]["suspend"];
  "user.reactivate": Inputs["user"]["reactivate"];
}
type OperatorPath = keyof OperatorInputs;
type OperatorInput<Name extends OperatorPath> = OperatorInputs[Name];
