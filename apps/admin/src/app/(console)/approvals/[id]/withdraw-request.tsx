"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";

/** The maker takes their own request back. */
export function WithdrawRequest({ id }: { id: string }) {
  const api = useTRPCClient();
  const cache = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Take it back</Button>
      <ActionDialog
        open={isOpen}
        onOpenChange={setOpen}
        intent={`withdraw ${id}`}
        title="Take the request back"
        confirmLabel="Take it back"
        reason="required"
        done="Taken back"
        act={{
          input: ({ reason }) => ({ approvalId: id, reason }),
          send: (input) => api.approval.withdraw.mutate(input),
        }}
        onDone={() => cache.invalidateQueries()}
      >
        <p className="text-sm">
          Nobody can approve it any more. A request is never edited: ask anew instead.
        </p>
      </ActionDialog>
    </>
  );
}
