"use client";
import { useState } from "react";
import type { Selection } from "./data-table.tsx";

/** Which rows of a page are chosen. What is no longer on the page is no longer chosen. */
export function useSelection(keys: readonly string[]): Selection & {
  selected: string[];
  clear: () => void;
} {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const selected = keys.filter((key) => chosen.has(key));
  const toggle = (key: string) => {
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  };
  const state = selected.length === 0 ? "none" : selected.length === keys.length ? "all" : "some";
  return {
    selected,
    isSelected: (key) => chosen.has(key),
    toggle,
    toggleAll: () => setChosen(state === "all" ? new Set() : new Set(keys)),
    state,
    clear: () => setChosen(new Set()),
  };
}
