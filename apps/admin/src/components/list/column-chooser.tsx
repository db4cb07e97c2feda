"use client";
import { ArrowDown, ArrowUp, Columns3 } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/input.tsx";
import { Popover } from "../ui/popover.tsx";
import type { ChosenColumns } from "./use-columns.ts";

/** Shows, hides and moves columns, by pointer or keyboard. */
export function ColumnChooser({
  columns,
  chosen,
  onChange,
}: {
  columns: readonly { id: string; header: string }[];
  chosen: ChosenColumns;
  onChange: (next: ChosenColumns | undefined) => void;
}) {
  const { order, hidden } = chosen;
  const toggle = (id: string) => {
    const next = hidden.includes(id) ? hidden.filter((each) => each !== id) : [...hidden, id];
    onChange({ order, hidden: next });
  };
  const move = (index: number, by: -1 | 1) => {
    const next = [...order];
    const [moved] = next.splice(index, 1);
    if (moved !== undefined) next.splice(index + by, 0, moved);
    onChange({ order: next, hidden });
  };
  return (
    <Popover
      title="Columns"
      trigger={
        <Button size="sm" look="ghost">
          <Columns3 aria-hidden /> Columns
        </Button>
      }
    >
      <ul className="flex flex-col">
        {order.map((id, index) => {
          const header = columns.find((column) => column.id === id)?.header ?? id;
          return (
            <li key={id} className="flex items-center gap-1">
              <label className="flex min-h-8 flex-1 items-center gap-2 text-sm">
                <Checkbox
                  checked={!hidden.includes(id)}
                  disabled={index === 0}
                  onChange={() => toggle(id)}
                />
                {header}
              </label>
              <Button
                look="ghost"
                size="icon"
                aria-label={`Move ${header} to the left`}
                disabled={index <= 1}
                onClick={() => move(index, -1)}
              >
                <ArrowUp aria-hidden />
              </Button>
              <Button
                look="ghost"
                size="icon"
                aria-label={`Move ${header} to the right`}
                disabled={index === 0 || index === order.length - 1}
                onClick={() => move(index, 1)}
              >
                <ArrowDown aria-hidden />
              </Button>
            </li>
          );
        })}
      </ul>
      <Button size="sm" look="ghost" className="mt-2" onClick={() => onChange(undefined)}>
        As they were
      </Button>
    </Popover>
  );
}
