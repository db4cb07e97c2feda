"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Field } from "../../../../components/ui/field.tsx";
import { Input, Select } from "../../../../components/ui/input.tsx";
import { periodOf } from "../../../../format/business-day.ts";
import { useTRPC, useTRPCClient } from "../../../../trpc/api-provider.tsx";

const kinds = { objects: "Objects", statement: "Statement", float: "Float" } as const;

/** Asks for a run over one business day. The same day again is the run that is there. */
export function StartRun() {
  const api = useTRPCClient();
  const trpc = useTRPC();
  const cache = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [kind, setKind] = useState<keyof typeof kinds>("objects");
  const [day, setDay] = useState("");
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        Start a run
      </Button>
      <ActionDialog
        open={isOpen}
        onOpenChange={setOpen}
        intent={`run ${kind} ${day}`}
        title="Start a run"
        confirmLabel="Start"
        reason="none"
        disabled={day === ""}
        done="Started"
        act={{
          input: () => {
            // The button is off until a day is chosen.
            const { from, to } = periodOf({ from: day, to: day });
            return { kind, windowFrom: from as Date, windowTo: to as Date };
          },
          send: (input) => api.reconciliation.start.mutate(input),
        }}
        onDone={() => cache.invalidateQueries({ queryKey: trpc.reconciliation.pathKey() })}
      >
        <Field label="What is compared">
          {(control) => (
            <Select
              {...control}
              value={kind}
              onChange={({ target }) => setKind(target.value as keyof typeof kinds)}
            >
              {Object.entries(kinds).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Business day" hint="In Johannesburg; it has to be over.">
          {(control) => (
            <Input
              {...control}
              type="date"
              required
              className="w-44"
              value={day}
              onChange={({ target }) => setDay(target.value)}
            />
          )}
        </Field>
      </ActionDialog>
    </>
  );
}
