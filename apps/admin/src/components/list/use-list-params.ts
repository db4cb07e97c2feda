"use client";
import { parseAsString, useQueryStates, type UseQueryStatesKeysMap, type Values } from "nuqs";

/** Where a list is: its filters, and which page. All of it is in the URL, so that a link shows a colleague the same rows. */
export interface ListParams<Filters extends UseQueryStatesKeysMap> {
  filters: Values<Filters>;
  /** Sets some filters, and goes back to the first page. */
  setFilters: (next: Partial<Values<Filters>>) => void;
  clearFilters: () => void;
  activeFilters: number;
  cursor: string | null;
  setCursor: (cursor: string | null) => void;
}

export function useListParams<Filters extends UseQueryStatesKeysMap>(
  parsers: Filters,
): ListParams<Filters> {
  const [filters, set] = useQueryStates(parsers, { history: "push" });
  const [{ cursor }, setPlace] = useQueryStates({ cursor: parseAsString }, { history: "push" });
  const isSet = (name: string) => {
    const value: unknown = filters[name];
    return value !== null && value !== parsers[name]?.defaultValue;
  };
  return {
    filters,
    setFilters: (next) => {
      void setPlace({ cursor: null });
      void set(next);
    },
    clearFilters: () => {
      void setPlace({ cursor: null });
      void set(null);
    },
    activeFilters: Object.keys(parsers).filter(isSet).length,
    cursor,
    setCursor: (next) => void setPlace({ cursor: next }),
  };
}
