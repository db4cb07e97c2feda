"use client";
import { ChevronDown } from "lucide-react";
import { Checkbox } from "../../../components/ui/input.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Popover } from "../../../components/ui/popover.tsx";
import { words } from "../../../components/status-badge.tsx";

/** Some of many: none chosen is any. */
export function FilterMany<Value extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: readonly Value[] | null;
  choices: readonly Value[];
  onChange: (value: Value[] | null) => void;
}) {
  const chosen = value ?? [];
  const toggle = (choice: Value) => {
    const next = chosen.includes(choice)
      ? chosen.filter((one) => one !== choice)
      : [...chosen, choice];
    onChange(next.length === 0 ? null : next);
  };
  const [first] = chosen;
  const says =
    first === undefined ? "Any" : chosen.length === 1 ? words(first) : `${chosen.length} of them`;
  return (
    <div className="flex flex-col gap-1">
      <span className="text-xs text-ink-soft">{label}</span>
      <Popover
        title={label}
        trigger={
          <Button
            aria-label={`${label}: ${says}`}
            className="min-w-32 justify-between border-line-strong bg-panel font-normal"
          >
            {says} <ChevronDown aria-hidden />
          </Button>
        }
      >
        <ul className="flex flex-col">
          {choices.map((choice) => (
            <li key={choice}>
              <label className="flex min-h-8 items-center gap-2 rounded-md px-1 text-sm hover:bg-sunken">
                <Checkbox checked={chosen.includes(choice)} onChange={() => toggle(choice)} />
                {words(choice)}
              </label>
            </li>
          ))}
        </ul>
      </Popover>
    </div>
  );
}
