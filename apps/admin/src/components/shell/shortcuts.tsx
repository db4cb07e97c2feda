"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useSession } from "../../auth/session-provider.tsx";
import { usePreferences } from "../../preferences/preferences-provider.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { places } from "./navigation.ts";

/** Within this time the second letter of `g t` has to come. */
const chordMs = 1_200;

/** Moves the focus from row to row of the list on the page. */
function moveRow(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("[data-row-link]")];
  const at = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
  const next = at < 0 ? (by === 1 ? 0 : links.length - 1) : at + by;
  links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
}

function selectRow(): void {
  const row = document.activeElement?.closest("tr");
  row?.querySelector<HTMLInputElement>("[data-row-select]")?.click();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}

/** Single letters, for who prefers them; off in fields and dialogs, and for who turns them off. None of them changes anything. */
export function Shortcuts() {
  const router = useRouter();
  const { permissions } = useSession();
  const { shortcuts } = usePreferences();
  const [isSheetOpen, setSheetOpen] = useState(false);
  const goAt = useRef(0);
  const known = places
    .flatMap((group) => group.places)
    .filter(({ needs }) => permissions.includes(needs));

  useEffect(() => {
    if (shortcuts === "off") return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("[role=dialog]") !== null) return;
      const isChord = event.timeStamp - goAt.current < chordMs;
      goAt.current = 0;
      const place = isChord ? known.find(({ key }) => key === event.key) : undefined;
      if (place !== undefined) router.push(place.href);
      else if (event.key === "g") goAt.current = event.timeStamp;
      else if (event.key === "j") moveRow(1);
      else if (event.key === "k") moveRow(-1);
      else if (event.key === "x") selectRow();
      else if (event.key === "?") setSheetOpen(true);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [shortcuts, router, known]);

  const rows: [keys: string, does: string][] = [
    ["⌘ K or Ctrl K", "Search"],
    ["j, k", "Next row, row before"],
    ["x", "Select the row"],
    ["Enter", "Open the row"],
    ["?", "This sheet"],
    ...known.map(({ key, label }): [string, string] => [`g ${key}`, label]),
  ];
  return (
    <Dialog open={isSheetOpen} onOpenChange={setSheetOpen} title="Keys">
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
        {rows.map(([keys, does]) => (
          <div key={keys} className="contents">
            <dt className="font-mono text-xs text-ink-soft">{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
