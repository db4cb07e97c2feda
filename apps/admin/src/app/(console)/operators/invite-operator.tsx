"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../components/act/action-dialog.tsx";
import { Copyable } from "../../../components/copyable.tsx";
import { words } from "../../../components/status-badge.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Field } from "../../../components/ui/field.tsx";
import { Input, Select } from "../../../components/ui/input.tsx";
import { useTRPC, useTRPCClient } from "../../../trpc/api-provider.tsx";
import { type Role, roles } from "./operator-words.ts";

/** Roles that decide on approvals: another administrator approves the invitation first. */
const approving: ReadonlySet<Role> = new Set([
  "operator",
  "reconciliation_checker",
  "administrator",
]);

export interface Invited {
  email: string;
  displayName: string;
  role: Role;
}

/** Invites to a role that only looks and helps, at once; asks for an approval for any other. */
export function InviteOperator() {
  const api = useTRPCClient();
  const [isOpen, setOpen] = useState(false);
  const [person, setPerson] = useState<Invited>({ email: "", displayName: "", role: "viewer" });
  const [link, setLink] = useState<string | null>(null);
  const needsApproval = approving.has(person.role);
  const common = {
    open: isOpen,
    onOpenChange: setOpen,
    title: "Invite an operator",
    disabled: person.email === "" || person.displayName === "",
    children: <InvitedForm person={person} onChange={setPerson} />,
  };
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        Invite
      </Button>
      {needsApproval ? (
        <ActionDialog
          {...common}
          intent={`request invitation ${person.email} ${person.role}`}
          confirmLabel="Ask for an approval"
          reason="required"
          done="Asked for: another administrator decides"
          act={{
            input: ({ reason, idempotencyKey }) => ({ ...person, reason, idempotencyKey }),
            send: (input) => api.operator.requestInvitation.mutate(input),
          }}
          onDone={useInvalidate()}
        />
      ) : (
        <ActionDialog
          {...common}
          intent={`invite ${person.email} ${person.role}`}
          confirmLabel="Invite"
          reason="none"
          done="Invited"
          act={{
            confirm: "invite.create",
            input: () => person,
            send: async (input, confirmation) => {
              const { token } = await api.invite.create.mutate(input, confirmation);
              setLink(invitationLink(token));
            },
          }}
          onDone={useInvalidate()}
        />
      )}
      <InvitationLink link={link} onClose={() => setLink(null)} />
    </>
  );
}

function useInvalidate() {
  const cache = useQueryClient();
  const trpc = useTRPC();
  return async () => {
    await cache.invalidateQueries({ queryKey: trpc.invite.pathKey() });
    await cache.invalidateQueries({ queryKey: trpc.approval.pathKey() });
  };
}

/** The secret stands behind the #: no server's log ever has it. */
export function invitationLink(token: string): string {
  return new URL(`/invite#${token}`, window.location.origin).href;
}

function InvitedForm({
  person,
  onChange,
}: {
  person: Invited;
  onChange: (person: Invited) => void;
}) {
  return (
    <>
      <Field label="Name">
        {(control) => (
          <Input
            {...control}
            required
            maxLength={128}
            value={person.displayName}
            onChange={({ target }) => onChange({ ...person, displayName: target.value })}
          />
        )}
      </Field>
      <Field label="Address">
        {(control) => (
          <Input
            {...control}
            type="email"
            required
            maxLength={320}
            value={person.email}
            onChange={({ target }) => onChange({ ...person, email: target.value })}
          />
        )}
      </Field>
      <Field
        label="Role"
        hint={
          approving.has(person.role)
            ? "This role may approve: another administrator approves the invitation first."
            : "At most one open invitation per address."
        }
      >
        {(control) => (
          <Select
            {...control}
            value={person.role}
            onChange={({ target }) => onChange({ ...person, role: target.value as Role })}
          >
            {roles.map((role) => (
              <option key={role} value={role}>
                {words(role)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </>
  );
}

/** Shown once: nobody can look it up again. */
export function InvitationLink({ link, onClose }: { link: string | null; onClose: () => void }) {
  return (
    <Dialog
      open={link !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="The invitation"
      description="Give this link to the invited person by a way that only they can read. It is shown once: whoever opens it first becomes the operator."
    >
      {link !== null && <Copyable text={link} label="Copy the link" />}
    </Dialog>
  );
}
