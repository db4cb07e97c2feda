"use client";
import { useState } from "react";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";
import { InvitationLink, invitationLink, type Invited } from "../../operators/invite-operator.tsx";
import type { ApprovalDetails } from "../approval-words.ts";

/** Who asked for an invitation sends it, once it is approved: within a day, once. */
export function SendInvitation({ approval }: { approval: ApprovalDetails }) {
  const api = useTRPCClient();
  const [isOpen, setOpen] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const person = approval.proposal.to as unknown as Invited;
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        Send the invitation
      </Button>
      <ActionDialog
        open={isOpen}
        onOpenChange={setOpen}
        intent={`send invitation ${approval.id}`}
        title="Send the invitation"
        confirmLabel="Make the link"
        reason="none"
        done="Invited"
        act={{
          confirm: "invite.create",
          input: () => ({ ...person, approvalId: approval.id }),
          send: async (input, confirmation) => {
            const { token } = await api.invite.create.mutate(input, confirmation);
            setLink(invitationLink(token));
          },
        }}
        onDone={() => undefined}
      >
        <p className="text-sm wrap-anywhere">
          {person.displayName}, {person.email}. The approval is good for one link, for a day.
        </p>
      </ActionDialog>
      <InvitationLink link={link} onClose={() => setLink(null)} />
    </>
  );
}
