"use client";
import { useState } from "react";
import { FilterBar, FilterSelect, FilterText } from "../../../components/list/filter-bar.tsx";
import { FilterDays } from "./filter-days.tsx";
import { FilterMany } from "./filter-many.tsx";
import { kinds, periodNames, periods, statuses, type TransactionFilters } from "./search-params.ts";

export function TransactionsFilterBar({
  chosen,
  onChange,
  active,
  onClear,
}: {
  chosen: TransactionFilters;
  onChange: (next: Partial<TransactionFilters>) => void;
  active: number;
  onClear: () => void;
}) {
  const [wantsDays, setDays] = useState(false);
  const isDays = wantsDays || chosen.from !== null || chosen.to !== null;
  const clear = () => {
    setDays(false);
    onClear();
  };
  return (
    <FilterBar active={active} onClear={clear}>
      <FilterMany
        label="Kind"
        value={chosen.kind}
        choices={kinds}
        onChange={(kind) => onChange({ kind })}
      />
      <FilterMany
        label="Status"
        value={chosen.status}
        choices={statuses}
        onChange={(status) => onChange({ status })}
      />
      <FilterSelect
        label="Created"
        value={isDays ? "days" : chosen.period}
        choices={[
          ...Object.entries(periods).map(([value, { label }]) => ({ value, label })),
          { value: "days", label: "On days …" },
        ]}
        onChange={(value) => {
          setDays(value === "days");
          const period = periodNames.find((name) => name === value) ?? null;
          onChange({ period, ...(value === "days" ? {} : { from: null, to: null }) });
        }}
      />
      {isDays && (
        <FilterDays
          from={chosen.from}
          to={chosen.to}
          onChange={(days) => onChange({ ...days, period: null })}
        />
      )}
      <FilterText
        label="From amount"
        value={chosen.min}
        placeholder="1 250,00"
        onChange={(min) => onChange({ min })}
      />
      <FilterText
        label="To amount"
        value={chosen.max}
        placeholder="9 999,99"
        onChange={(max) => onChange({ max })}
      />
      <FilterText
        label="Reference begins"
        value={chosen.reference}
        placeholder="DEP-7K3M"
        onChange={(reference) => onChange({ reference })}
      />
      <FilterText label="User id" value={chosen.user} onChange={(user) => onChange({ user })} />
      <FilterText
        label="Failure code"
        value={chosen.failure}
        placeholder="payout_failed"
        onChange={(failure) => onChange({ failure })}
      />
      <FilterSelect
        label="Breaks"
        value={chosen.breaks}
        choices={[{ value: "open", label: "With an open one" }]}
        onChange={(breaks) => onChange({ breaks: breaks === "open" ? "open" : null })}
      />
      <FilterSelect
        label="Order"
        value={chosen.order}
        choices={[{ value: "oldest", label: "Oldest first" }]}
        onChange={(order) => onChange({ order: order === "oldest" ? "oldest" : null })}
      />
    </FilterBar>
  );
}
