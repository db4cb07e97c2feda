"use client";
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useMay, useSession } from "../../../../../auth/session-provider.tsx";
import { ActionDialog } from "../../../../../components/act/action-dialog.tsx";
import { Button, buttonLook } from "../../../../../components/ui/button.tsx";
import { useTRPC, useTRPCClient } from "../../../../../trpc/api-provider.tsx";
import { useMayRequest } from "../../../approvals/use-may-request.ts";
import type { BreakDetails } from "../../break-words.ts";
import { ProposeAdjustment } from "./propose-adjustment.tsx";
import { ProposeOutcome } from "./propose-outcome.tsx";

/** What may be done about the break, and nothing else. */
export function BreakActions({ found }: { found: BreakDetails }) {
  const mayWork = useMay("breaks.work");
  const mayAdjust = useMayRequest("adjustment");
  const mayEndDoubt = useMayRequest("payout_resolution");
  const isProposed = found.openApprovalId !== null;
  return (
    <>
      {mayWork && <Assign found={found} />}
      {found.actions.includes("release_suspense") && (
        <Link href="/reconciliation/suspense" className={buttonLook({})}>
          Suspense
        </Link>
      )}
      {mayEndDoubt && !isProposed && found.actions.includes("resolve_payout") && (
        <ProposeOutcome found={found} />
      )}
      {mayAdjust && !isProposed && found.actions.includes("adjust") && (
        <ProposeAdjustment found={found} />
      )}
    </>
  );
}

function Assign({ found }: { found: BreakDetails }) {
  const api = useTRPCClient();
  const trpc = useTRPC();
  const cache = useQueryClient();
  const { operatorId } = useSession();
  const [isOpen, setOpen] = useState(false);
  const isMine = found.ownerId === operatorId;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{isMine ? "Give it back" : "Take care of it"}</Button>
      <ActionDialog
        open={isOpen}
        onOpenChange={setOpen}
        intent={`assign ${found.id} ${found.version}`}
        title={isMine ? "Give it back to the queue" : "Take care of it"}
        confirmLabel={isMine ? "Give it back" : "Take it"}
        reason="none"
        done={isMine ? "Given back" : "It is yours"}
        act={{
          input: () => ({
            breakId: found.id,
            ownerId: isMine ? null : operatorId,
            version: found.version,
          }),
          send: (input) => api.break.assign.mutate(input),
        }}
        onDone={() => cache.invalidateQueries({ queryKey: trpc.break.pathKey() })}
      >
        <p className="text-sm">
          {isMine
            ? "Nobody looks after it then."
            : found.ownerName === null
              ? "Nobody looks after it now."
              : `${found.ownerName} looks after it now; it will be yours.`}
        </p>
      </ActionDialog>
    </>
  );
}
