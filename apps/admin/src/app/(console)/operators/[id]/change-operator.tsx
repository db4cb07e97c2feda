"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Field } from "../../../../components/ui/field.tsx";
import { Input, Select } from "../../../../components/ui/input.tsx";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";
import type { RouterInputs } from "../../../../trpc/operator-router.ts";
import { type OperatorDetails, type Role, roles } from "../operator-words.ts";

type Change = RouterInputs["operator"]["requestChange"]["change"];

/** Asks for another role, a suspension, or that two accounts are one person's. Another administrator decides. */
export function ChangeOperator({ operator }: { operator: OperatorDetails }) {
  const [what, setWhat] = useState<"role" | "status" | "person" | null>(null);
  const [role, setRole] = useState<Role>(operator.role);
  const [other, setOther] = useState("");
  const isActive = operator.status === "active";
  const change: Change =
    what === "role"
      ? { role }
      : what === "status"
        ? { status: isActive ? "suspended" : "active" }
        : { samePersonAs: other.trim() === "" ? null : other.trim() };
  return (
    <>
      <Button onClick={() => setWhat("person")}>Same person …</Button>
      <Button look={isActive ? "danger" : "secondary"} onClick={() => setWhat("status")}>
        {isActive ? "Suspend" : "Reactivate"}
      </Button>
      <Button look="primary" onClick={() => setWhat("role")}>
        Change the role
      </Button>
      <RequestDialog
        operator={operator}
        change={change}
        what={what}
        onClose={() => setWhat(null)}
        disabled={what === "role" && role === operator.role}
      >
        {what === "role" && (
          <Field label="New role">
            {(control) => (
              <Select
                {...control}
                value={role}
                onChange={({ target }) => setRole(target.value as Role)}
              >
                {roles.map((each) => (
                  <option key={each} value={each}>
                    {words(each)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        {what === "person" && (
          <Field
            label="Id of the other account"
            hint="Two accounts of one person count as one pair of eyes. Empty: a person of their own."
          >
            {(control) => (
              <Input
                {...control}
                className="font-mono"
                value={other}
                onChange={({ target }) => setOther(target.value)}
              />
            )}
          </Field>
        )}
        {what === "status" && (
          <p className="text-sm">
            {isActive
              ? "Once approved, they can do nothing any more, and all of their sessions end."
              : "Once approved, they can sign in again, with the role that they have."}
          </p>
        )}
      </RequestDialog>
    </>
  );
}

function RequestDialog({
  operator,
  change,
  what,
  onClose,
  disabled,
  children,
}: {
  operator: OperatorDetails;
  change: Change;
  what: string | null;
  onClose: () => void;
  disabled: boolean;
  children: React.ReactNode;
}) {
  const api = useTRPCClient();
  const cache = useQueryClient();
  return (
    <ActionDialog
      open={what !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      intent={`change ${operator.id} ${JSON.stringify(change)}`}
      title={`Ask for a change of ${operator.displayName}`}
      confirmLabel="Ask for it"
      reason="required"
      disabled={disabled}
      done="Asked for: another administrator decides"
      act={{
        input: ({ reason, idempotencyKey }) => ({
          operatorId: operator.id,
          change,
          reason,
          idempotencyKey,
        }),
        send: (input) => api.operator.requestChange.mutate(input),
      }}
      onDone={() => cache.invalidateQueries()}
    >
      {children}
    </ActionDialog>
  );
}
