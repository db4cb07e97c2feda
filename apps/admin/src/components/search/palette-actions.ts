"use client";
import { useEffect, useRef, useSyncExternalStore } from "react";

/** What can be done to what the page shows. Choosing it opens the page's own dialog; nothing is done by the palette itself. */
export interface PaletteAction {
  label: string;
  run: () => void;
}

let offered: readonly PaletteAction[] = [];
const none: readonly PaletteAction[] = [];
const listeners = new Set<() => void>();

function offer(next: readonly PaletteAction[]): void {
  offered = next;
  for (const listener of listeners) listener();
}

/** Offers actions in the palette while the page is there: those that the operator may do. */
export function usePaletteActions(actions: readonly PaletteAction[]): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  const labels = actions.map(({ label }) => label).join("\n");
  useEffect(() => {
    const shown = labels === "" ? [] : labels.split("\n");
    offer(
      shown.map((label) => ({
        label,
        run: () => latest.current.find((action) => action.label === label)?.run(),
      })),
    );
    return () => offer(none);
  }, [labels]);
}

export function useOfferedActions(): readonly PaletteAction[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => offered,
    () => none,
  );
}
