"use client";
import { X } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Button } from "../ui/button.tsx";
import { Input, Select } from "../ui/input.tsx";

/** The filters of a list, above it. They live in the URL and nowhere else. */
export function FilterBar({
  active,
  onClear,
  children,
}: {
  active: number;
  onClear: () => void;
  children: ReactNode;
}) {
  return (
    <div role="search" className="mb-3 flex flex-wrap items-end gap-2">
      {children}
      {active > 0 && (
        <Button size="sm" look="ghost" className="mb-1" onClick={onClear}>
          <X aria-hidden /> Clear {active} {active === 1 ? "filter" : "filters"}
        </Button>
      )}
    </div>
  );
}

export function FilterSelect({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: string | null;
  choices: readonly { value: string; label: string }[];
  onChange: (value: string | null) => void;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs text-ink-soft">
        {label}
      </label>
      <Select
        id={id}
        className="w-auto min-w-32"
        value={value ?? ""}
        onChange={({ target }) => onChange(target.value === "" ? null : target.value)}
      >
        <option value="">Any</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Select>
    </div>
  );
}

/** Text that takes effect at Enter, or when the field is left. */
export function FilterText({
  label,
  value,
  placeholder,
  onChange,
}: {
  label: string;
  value: string | null;
  placeholder?: string;
  onChange: (value: string | null) => void;
}) {
  const id = useId();
  const apply = (text: string) => {
    const next = text.trim() === "" ? null : text.trim();
    if (next !== value) onChange(next);
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs text-ink-soft">
        {label}
      </label>
      <Input
        key={value}
        id={id}
        type="search"
        className="w-48"
        defaultValue={value ?? ""}
        placeholder={placeholder}
        onBlur={({ target }) => apply(target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") apply(event.currentTarget.value);
        }}
      />
    </div>
  );
}
