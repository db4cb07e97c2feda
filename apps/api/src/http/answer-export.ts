import { DomainError } from "@revio-wallet/core/errors";
import {
  exportColumns,
  exportTransactions,
  exportZones,
} from "@revio-wallet/core/export/export-transactions";
import { authenticateOperator } from "@revio-wallet/core/operator-session/authenticate-operator";
import superjson from "superjson";
import { z } from "zod";
import type { Services } from "../context.ts";
import { requireWholeSession } from "../trpc/require-whole-session.ts";
import type { OperatorCredentials } from "../trpc/trpc-context.ts";
import { transactionsFilterInput } from "../trpc/wire/transaction-outputs.ts";
import { bodyError, trpcErrorAnswer } from "./error-answer.ts";
import { afterRefusedBody, readJsonBytes } from "@revio-wallet/web-server/read-body";
import { requestIdOf } from "./request-id.ts";

const maxBodyBytes = 64 * 1024;

/** In superjson, like the input of a procedure. */
const exportInput = z.strictObject({
  filter: z.strictObject(transactionsFilterInput),
  columns: z
    .array(z.enum(exportColumns))
    .min(1)
    .max(exportColumns.length)
    .default([...exportColumns]),
  zone: z.enum(exportZones).default("Africa/Johannesburg"),
  withByteOrderMark: z.boolean().default(false),
});

/** Streams transactions as CSV to the console's server. What goes wrong before the first line is told like an error of a procedure. */
export async function answerExport(
  request: Request,
  {
    credentials,
    services,
  }: { credentials: OperatorCredentials; services: Pick<Services, "contextFor" | "log"> },
): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  try {
    const anonymous = services.contextFor({
      actor: { kind: "system", id: "anonymous" },
      requestId,
    });
    const session = await authenticateOperator(anonymous, credentials.sessionToken ?? "");
    requireWholeSession(session);
    const read = await readJsonBytes(request, maxBodyBytes);
    if ("refused" in read) {
      return trpcErrorAnswer(bodyError(read.refused), requestId, afterRefusedBody);
    }
    const actor = { kind: "operator", id: session.operatorId } as const;
    const lines = await exportTransactions(
      services.contextFor({ actor, requestId }),
      parseInput(read.bytes),
    );
    return new Response(streamOf(lines), {
      headers: {
        "content-type": "text/csv; charset=utf-8; header=present",
        "content-disposition": 'attachment; filename="transactions.csv"',
        "cache-control": "no-store, no-transform",
        "x-request-id": requestId,
      },
    });
  } catch (error) {
    services.log.info({ requestId, error }, "export refused");
    return trpcErrorAnswer(error, requestId);
  }
}

/** @throws DomainError INVALID_INPUT */
function parseInput(bytes: Buffer): z.infer<typeof exportInput> {
  try {
    return exportInput.parse(superjson.parse(bytes.toString()));
  } catch (error) {
    throw new DomainError("INVALID_INPUT", "Some fields are missing or not valid.", {
      cause: error,
    });
  }
}

/** Reads on as the caller takes; ends the reading if they go away. */
function streamOf(lines: AsyncGenerator<string, void, undefined>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await lines.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => {
      await lines.return();
    },
  });
}
