"use client";
import { useCallback, useSyncExternalStore } from "react";
import { useSession } from "../../auth/session-provider.tsx";

/** Which columns an operator sees of a list, and in which order; kept in this browser. */
export interface ChosenColumns {
  order: string[];
  hidden: string[];
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useColumns(list: string, atFirst: ChosenColumns) {
  const key = `columns ${list} ${useSession().operatorId}`;
  const kept = useSyncExternalStore(
    subscribe,
    () => localStorage.getItem(key),
    () => null,
  );
  const save = useCallback(
    (next: ChosenColumns | undefined) => {
      if (next === undefined) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(next));
      for (const each of listeners) each();
    },
    [key],
  );
  return [read(kept, atFirst), save] as const;
}

/** Columns that came or went with a newer version take their place; what cannot be read is forgotten. */
function read(kept: string | null, atFirst: ChosenColumns): ChosenColumns {
  let found: Partial<ChosenColumns>;
  try {
    found = JSON.parse(kept ?? "{}") as Partial<ChosenColumns>;
  } catch {
    return atFirst;
  }
  if (!Array.isArray(found.order) || !Array.isArray(found.hidden)) return atFirst;
  const order = found.order.filter((id) => atFirst.order.includes(id));
  const added = atFirst.order.filter((id) => !order.includes(id));
  return { order: [...order, ...added], hidden: found.hidden };
}
