import { randomUUID } from "node:crypto";
import type { inferRouterInputs } from "@trpc/server";
import { serialize } from "superjson";
import type { OperatorRouter } from "../../../src/trpc/operator/router.ts";
import { database } from "./database.ts";
import { operatorProcedures } from "./procedures.ts";
import { stack } from "./stack.ts";
import { type Answer, readAnswer } from "./wallet-client.ts";

type Inputs = inferRouterInputs<OperatorRouter>;

/** An operator of the given role, put into the table as the owner's one-time command would. */
export async function addOperator(role = "operator"): Promise<string> {
  const id = randomUUID();
  await database.query(
    "INSERT INTO operators (id, email, display_name, role, status, created_at) VALUES ($1, $2, $3, $4, 'active', now())",
    [id, `${id}@staff.example`, "Test Operator", role],
  );
  return id;
}

/** What the console's server sends. */
export async function asOperator<Name extends OperatorPath>(
  operatorId: string,
  path: Name,
  input: OperatorInput<Name>,
): Promise<Answer> {
  return postInternal(path, input, {
    authorization: `Bearer ${stack.internalApiToken}`,
    "x-operator-id": operatorId,
  });
}

export async function postInternal(
  path: string,
  input: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const url = new URL(`/internal/trpc/${path}`, stack.apiUrl);
  if (operatorProcedures.some((known) => known.path === path && known.type === "query")) {
    url.searchParams.set("input", JSON.stringify(serialize(input)));
    return readAnswer(await fetch(url, { headers }));
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
