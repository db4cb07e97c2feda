import { randomUUID } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { Client } from "pg";
import { inject } from "vitest";
import { decideChange } from "../../../src/approval/decide-change.ts";
import {
  type OperatorChange,
  requestOperatorChange,
} from "../../../src/operator/request-operator-change.ts";
import { operator } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";

type TestContext = Awaited<ReturnType<typeof testContext>>;

/** Two administrators, and somebody to change; before each test anew. */
export interface ChangeWorld {
  db: TestDatabase;
  superuser: Client;
  ctx: TestContext;
  maker: TestContext;
  checker: TestContext;
  subject: TestContext;
  reset(): Promise<void>;
  operatorAs(role: string): Promise<TestContext>;
  /** Whose change it is, by whom it is asked, and under which key; left out: of the subject, by the maker. */
  ask(
    change: OperatorChange,
    as?: TestContext,
    operatorId?: string,
    idempotencyKey?: string,
  ): ReturnType<typeof requestOperatorChange>;
  decide(
    approvalId: string,
    as?: TestContext,
    decision?: "approved" | "rejected",
    kind?: "operator_change" | "setting_change",
  ): ReturnType<typeof decideChange>;
  auditOf(subjectId: string): Promise<{ action: string; actor: string; details: object }[]>;
  close(): Promise<void>;
}

export async function openChangeWorld(): Promise<ChangeWorld> {
  const db = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  const superuser = new Client({ connectionString: db.superuserUrl });
  await superuser.connect();
  const ctx = await testContext(db);
  const operatorAs = (role: string) => operator(ctx, superuser, role);
  const world: ChangeWorld = {
    db,
    superuser,
    ctx,
    maker: ctx,
    checker: ctx,
    subject: ctx,
    operatorAs,
    reset: async () => {
      // Nobody of the test before is left to count as an administrator.
      await superuser.query("UPDATE operators SET status = 'suspended'");
      world.maker = await operatorAs("administrator");
      world.checker = await operatorAs("administrator");
      world.subject = await operatorAs("viewer");
    },
    ask: (
      change,
      as = world.maker,
      operatorId = world.subject.actor.id,
      idempotencyKey = randomUUID(),
    ) =>
      requestOperatorChange(as, { operatorId, change, reason: "She moved teams.", idempotencyKey }),
    decide: (approvalId, as = world.checker, decision = "approved", kind = "operator_change") =>
      decideChange(as, kind, { approvalId, decision, reason: "Confirmed with her manager." }),
    auditOf: async (subjectId) => {
      const { rows } = await superuser.query<{ action: string; actor: string; details: object }>(
        "SELECT action, actor_id AS actor, details FROM audit_events WHERE subject_id = $1 ORDER BY sequence",
        [subjectId],
      );
      return rows;
    },
    close: async () => {
      await superuser.end();
      await ctx.reader.$disconnect();
      await db.drop();
    },
  };
  return world;
}
