import type { OperatorRole } from "@revio-wallet/db/sql/operators";
import { isPermitted } from "@revio-wallet/core/operator/permissions";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toAppError } from "../../src/trpc/errors.ts";
import { operatorRouter } from "../../src/trpc/operator/router.ts";
import { proceduresOf } from "../procedures-of.ts";
import { type SignedInOperator, signedInOperator } from "../signed-in-operator.ts";
import { onOperatorRouter } from "./callers.ts";
import { openTestServices, type TestServices } from "./services.ts";

const roles: OperatorRole[] = [
  "viewer",
  "support",
  "operator",
  "reconciliation_maker",
  "reconciliation_checker",
  "administrator",
];
let services: TestServices;
const signedIn = new Map<OperatorRole, SignedInOperator>();

beforeAll(async () => {
  services = await openTestServices("api");
  const owner = new Client({ connectionString: services.database.superuserUrl });
  await owner.connect();
  for (const role of roles) signedIn.set(role, await signedInOperator(owner, role));
  await owner.end();
});
afterAll(() => services[Symbol.asyncDispose]());

/** What a call without its input, and without a confirmation, is answered. Nothing is done by it. */
async function answerTo(role: OperatorRole, path: string): Promise<string> {
  const sessionToken = signedIn.get(role)?.sessionToken;
  const address = "127.0.0.1";
  const credentials = { kind: "operator", sessionToken, address, stepUpId: undefined } as const;
  const caller = path
    .split(".")
    .reduce(
      (at: unknown, name) => (at as Record<string, unknown>)[name],
      onOperatorRouter(services, credentials),
    );
  try {
    await (caller as (input: unknown) => Promise<unknown>)({ unknown: "field" });
    return "OK";
  } catch (error) {
    return toAppError(error).code;
  }
}

/** Each role's rights on approvals, from the table that the triggers read. */
async function approvalRights(): Promise<Set<string>> {
  const { rows } = await services.database.pool.query<{ right: string }>(
    `SELECT kind || ' ' || role || ' request' AS right FROM approval_rights WHERE may_request
     UNION ALL SELECT kind || ' ' || role || ' decide' FROM approval_rights WHERE may_decide`,
  );
  return new Set(rows.map(({ right }) => right));
}

const procedures = proceduresOf(operatorRouter).filter(({ meta }) => meta?.access === "operator");

describe("C63 the server decides: every procedure as every role", () => {
  test.each(procedures.map((each) => [each.path, each] as const))("%s", async (path, { meta }) => {
    const rights = await approvalRights();
    const needed = meta?.permission;
    const mayCall = (role: OperatorRole): boolean => {
      if (needed === undefined) return false;
      if (needed === "own") return true;
      if (typeof needed === "string") return isPermitted(role, needed);
      const [[verb, kind]] = Object.entries(needed) as [[string, string]];
      return rights.has(`${kind} ${role} ${verb}`);
    };
    const refused: OperatorRole[] = [];
    for (const role of roles) {
      if ((await answerTo(role, path)) === "FORBIDDEN") refused.push(role);
    }
    expect(refused).toEqual(roles.filter((role) => !mayCall(role)));
  });
});
