"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useMay } from "../../../../../auth/session-provider.tsx";
import { Time } from "../../../../../components/time.tsx";
import { Button } from "../../../../../components/ui/button.tsx";
import { Card } from "../../../../../components/ui/card.tsx";
import { Field } from "../../../../../components/ui/field.tsx";
import { Textarea } from "../../../../../components/ui/input.tsx";
import { showDone } from "../../../../../components/ui/toasts.tsx";
import { apiErrorOf } from "../../../../../trpc/api-error.ts";
import { useTRPC } from "../../../../../trpc/api-provider.tsx";
import type { BreakDetails } from "../../break-words.ts";

/** What was found out; notes are never changed. */
export function BreakNotes({ found }: { found: BreakDetails }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const mayWork = useMay("breaks.work");
  const [note, setNote] = useState("");
  const add = useMutation(
    trpc.break.addNote.mutationOptions({
      onSuccess: async () => {
        setNote("");
        showDone("Kept");
        await cache.invalidateQueries({ queryKey: trpc.break.pathKey() });
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate({ breakId: found.id, note });
  };
  return (
    <Card title="Notes">
      {found.notes.length === 0 && (
        <p className="text-sm text-ink-soft">Nobody has noted anything.</p>
      )}
      <ul className="flex flex-col gap-3 text-sm">
        {found.notes.map((each) => (
          <li key={each.id}>
            <p className="wrap-anywhere whitespace-pre-wrap">{each.note}</p>
            <p className="text-xs text-ink-soft">
              {each.operatorName} · <Time at={each.createdAt} />
            </p>
          </li>
        ))}
      </ul>
      {mayWork && (
        <form className="mt-4 flex flex-col gap-2" onSubmit={submit}>
          <Field
            label="A note"
            error={add.error === null ? undefined : apiErrorOf(add.error).message}
          >
            {(control) => (
              <Textarea
                {...control}
                required
                maxLength={2_000}
                value={note}
                onChange={({ target }) => setNote(target.value)}
              />
            )}
          </Field>
          <Button type="submit" size="sm" className="self-start" disabled={add.isPending}>
            Keep the note
          </Button>
        </form>
      )}
    </Card>
  );
}
