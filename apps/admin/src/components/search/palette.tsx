"use client";
import { LoaderCircle, Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { cn } from "../../class-names.ts";
import { LoadError } from "../states.tsx";
import type { PaletteGroup, PaletteItem } from "./palette-items.ts";
import { usePaletteGroups } from "./use-palette-groups.ts";

/** A field and what it finds; the arrows move through it, Enter chooses, ⌘ or Ctrl with it opens another tab. */
export function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const { groups, isSearching, error, retry } = usePaletteGroups(text);
  const items = groups.flatMap((group) => group.items);
  const place = Math.min(at, Math.max(items.length - 1, 0));
  const optionId = (item: PaletteItem) => `${listId}-${items.indexOf(item)}`;

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [place]);

  const change = (next: string) => {
    setText(next);
    setAt(0);
  };
  const choose = ({ chosen }: PaletteItem, inNewTab: boolean) => {
    if ("text" in chosen) {
      change(chosen.text);
    } else if ("href" in chosen && inNewTab) {
      window.open(chosen.href, "_blank", "noopener");
    } else {
      onClose();
      if ("href" in chosen) router.push(chosen.href);
      // The page's own dialog opens once this one has given the focus back.
      else setTimeout(chosen.run, 0);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const current = items[place];
    if (event.key === "ArrowDown") setAt((place + 1) % Math.max(items.length, 1));
    else if (event.key === "ArrowUp") setAt((place + items.length - 1) % Math.max(items.length, 1));
    // Not what was found for another text.
    else if (event.key === "Enter" && current !== undefined && !isSearching) {
      choose(current, event.metaKey || event.ctrlKey);
    } else return;
    event.preventDefault();
  };

  return (
    <>
      <SearchField
        text={text}
        isSearching={isSearching}
        listId={listId}
        activeId={items[place] === undefined ? undefined : optionId(items[place])}
        onChange={change}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={listId} role="listbox" aria-label="Found" className="overflow-y-auto p-2">
        {groups.map((group) => (
          <Group
            key={group.label}
            group={group}
            optionId={optionId}
            selected={items[place]}
            onPoint={(item) => setAt(items.indexOf(item))}
            onChoose={choose}
          />
        ))}
      </div>
      {error !== null && <LoadError error={error} onRetry={retry} />}
      {items.length === 0 && !isSearching && error === null && <Nothing />}
      <p role="status" className="sr-only">
        {isSearching ? "Searching" : `${items.length} ${items.length === 1 ? "result" : "results"}`}
      </p>
    </>
  );
}

function SearchField({
  text,
  isSearching,
  listId,
  activeId,
  onChange,
  onKeyDown,
}: {
  text: string;
  isSearching: boolean;
  listId: string;
  activeId: string | undefined;
  onChange: (text: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}) {
  return (
    <div className="flex items-center gap-2 border-b px-4">
      {isSearching ? (
        <LoaderCircle className="size-4 animate-spin text-ink-faint" aria-hidden />
      ) : (
        <Search className="size-4 text-ink-faint" aria-hidden />
      )}
      <input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is this field
        autoFocus
        role="combobox"
        aria-label="Search"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={activeId}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder="Any id, reference, e-mail, amount, name …"
        className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-ink-faint"
        value={text}
        onChange={({ target }) => onChange(target.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

function Nothing() {
  return (
    <p className="px-4 pb-5 text-sm text-ink-soft">
      Nothing is called that. Ids and e-mail addresses are found as a whole, references by their
      beginning; users&apos; names are encrypted and cannot be searched.
    </p>
  );
}

function Group({
  group,
  optionId,
  selected,
  onPoint,
  onChoose,
}: {
  group: PaletteGroup;
  optionId: (item: PaletteItem) => string;
  selected: PaletteItem | undefined;
  onPoint: (item: PaletteItem) => void;
  onChoose: (item: PaletteItem, inNewTab: boolean) => void;
}) {
  return (
    <div role="group" aria-label={group.label} className="mb-1">
      <div aria-hidden className="px-2 pt-1.5 pb-1 text-xs font-medium text-ink-faint">
        {group.label}
      </div>
      {group.items.map((item) => (
        <Option
          key={item.key}
          id={optionId(item)}
          item={item}
          isSelected={selected === item}
          onPoint={() => onPoint(item)}
          onChoose={(inNewTab) => onChoose(item, inNewTab)}
        />
      ))}
    </div>
  );
}

function Option({
  id,
  item,
  isSelected,
  onPoint,
  onChoose,
}: {
  id: string;
  item: PaletteItem;
  isSelected: boolean;
  onPoint: () => void;
  onChoose: (inNewTab: boolean) => void;
}) {
  return (
    // The keys are the field's: the focus stays there.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={isSelected}
      onMouseMove={onPoint}
      onClick={(event) => onChoose(event.metaKey || event.ctrlKey)}
      className={cn(
        "flex min-h-9 cursor-default items-center gap-3 rounded-md px-2 text-sm",
        isSelected && "bg-accent-soft",
      )}
    >
      <span className="min-w-0 flex-1 truncate">{item.label}</span>
      {item.detail !== undefined && item.detail !== "" && (
        <span className="max-w-[50%] truncate text-xs text-ink-soft">{item.detail}</span>
      )}
    </div>
  );
}
