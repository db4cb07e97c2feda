"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Bookmark, BookmarkPlus, Trash2, Users } from "lucide-react";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { createSerializer } from "nuqs";
import { useState } from "react";
import { ActionDialog } from "../../../components/act/action-dialog.tsx";
import { cn } from "../../../class-names.ts";
import { Button, buttonLook } from "../../../components/ui/button.tsx";
import { Checkbox, Input } from "../../../components/ui/input.tsx";
import { Field } from "../../../components/ui/field.tsx";
import { useTRPC, useTRPCClient } from "../../../trpc/api-provider.tsx";
import { transactionFilters, type TransactionFilters } from "./search-params.ts";

const list = "transactions";
const serialize = createSerializer(transactionFilters);

/** The filters as they stand in the address, name by name. */
function filtersOf(search: string): Record<string, string> {
  return Object.fromEntries(
    [...new URLSearchParams(search)].filter(([name]) => name in transactionFilters),
  );
}

function sameFilters(
  one: Record<string, string | string[]>,
  other: Record<string, string | string[]>,
): boolean {
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return (
    names.length === others.length &&
    names.every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]))
  );
}

/** Filters that were kept, one's own and shared ones, above the list. */
export function SavedViews({ chosen }: { chosen: TransactionFilters }) {
  const trpc = useTRPC();
  const api = useTRPCClient();
  const cache = useQueryClient();
  const pathname = usePathname();
  const search = useSearchParams();
  const { data } = useQuery(trpc.view.list.queryOptions({ list }));
  const [isSaving, setSaving] = useState(false);
  const [name, setName] = useState("");
  const [isShared, setShared] = useState(false);
  const [deleted, setDeleted] = useState<{ id: string; name: string }>();
  const here = filtersOf(serialize(chosen));
  const isHere = (filters: Record<string, string | string[]>) => sameFilters(filters, here);
  const refresh = () => cache.invalidateQueries({ queryKey: trpc.view.pathKey() });
  const views = data?.views ?? [];
  if (views.length === 0 && search.size === 0) return null;
  return (
    <nav aria-label="Saved views" className="mb-3 flex flex-wrap items-center gap-1.5">
      {views.map((view) => (
        <span key={view.id} className="inline-flex items-center">
          <Link
            href={`${pathname}?${new URLSearchParams(view.filters as Record<string, string>)}`}
            aria-current={isHere(view.filters) ? "page" : undefined}
            title={[
              view.description,
              view.isMine ? null : `Shared by ${view.ownerName ?? "somebody"}`,
            ]
              .filter((part) => part !== null)
              .join(" · ")}
            className={cn(
              buttonLook({ size: "sm" }),
              "max-w-64",
              isHere(view.filters) && "border-accent bg-accent-soft text-accent",
            )}
          >
            {view.isShared ? <Users aria-hidden /> : <Bookmark aria-hidden />}
            <span className="truncate">{view.name}</span>
          </Link>
          {view.isMine && isHere(view.filters) && (
            <Button
              size="icon"
              look="ghost"
              aria-label={`Delete the view ${view.name}`}
              onClick={() => setDeleted(view)}
            >
              <Trash2 aria-hidden />
            </Button>
          )}
        </span>
      ))}
      {Object.keys(here).length > 0 && !views.some(({ filters }) => isHere(filters)) && (
        <Button size="sm" look="ghost" onClick={() => setSaving(true)}>
          <BookmarkPlus aria-hidden /> Save this view
        </Button>
      )}
      <ActionDialog
        open={isSaving}
        onOpenChange={setSaving}
        intent={`save view ${JSON.stringify(here)}`}
        title="Save this view"
        confirmLabel="Save"
        reason="none"
        disabled={name.trim() === ""}
        done="View saved"
        act={{
          input: ({ idempotencyKey }) => ({
            viewId: idempotencyKey,
            list,
            name: name.trim(),
            isShared,
            filters: here,
          }),
          send: (input) => api.view.save.mutate(input),
        }}
        onDone={() => {
          setName("");
          return refresh();
        }}
      >
        <Field label="Name">
          {(control) => (
            <Input
              {...control}
              required
              maxLength={80}
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <label className="flex items-center gap-2 text-sm">
          <Checkbox checked={isShared} onChange={() => setShared(!isShared)} />
          All operators see it
        </label>
      </ActionDialog>
      <ActionDialog
        open={deleted !== undefined}
        onOpenChange={(open) => {
          if (!open) setDeleted(undefined);
        }}
        intent={`delete view ${deleted?.id}`}
        title={`Delete the view “${deleted?.name}”?`}
        confirmLabel="Delete"
        look="danger"
        reason="none"
        done="View deleted"
        act={{
          input: () => ({ viewId: deleted?.id ?? "" }),
          send: (input) => api.view.delete.mutate(input),
        }}
        onDone={refresh}
      >
        <p className="text-sm text-ink-soft">The transactions stay as they are.</p>
      </ActionDialog>
    </nav>
  );
}
