import { listAuditWords } from "@revio-wallet/core/audit/list-audit-words";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";

/** Actions and kinds of subjects that are on record: what there is to filter by. */
export const listWords = operatorProcedure("audit.view")
  .input(noInput)
  .output(z.object({ actions: z.array(z.string()), subjectKinds: z.array(z.string()) }))
  .query(({ ctx }) => listAuditWords(ctx.core));
