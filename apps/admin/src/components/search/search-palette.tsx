"use client";
import { Dialog as Base } from "@base-ui/react/dialog";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Palette } from "./palette.tsx";

/** ⌘K and Ctrl-K, from anywhere; and a button that says so. */
export function SearchPalette() {
  const [isOpen, setOpen] = useState(false);
  const cameFrom = useRef<HTMLElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      const { activeElement, body } = document;
      if (!isOpen) {
        const isSomewhere = activeElement instanceof HTMLElement && activeElement !== body;
        cameFrom.current = isSomewhere ? activeElement : null;
      }
      setOpen(!isOpen);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [isOpen]);
  return (
    <Base.Root
      open={isOpen}
      onOpenChange={(next) => {
        if (next) cameFrom.current = null;
        setOpen(next);
      }}
    >
      <Base.Trigger
        render={
          <Button className="w-full max-w-80 justify-start text-ink-soft" size="sm">
            <Search aria-hidden />
            <span className="min-w-0 flex-1 truncate text-left">Search or go to …</span>
            <kbd className="hidden rounded border px-1 font-sans text-xs sm:inline">Ctrl K</kbd>
          </Button>
        }
      />
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/45" />
        <Base.Popup
          // By the keys there is no trigger to go back to.
          finalFocus={() => cameFrom.current ?? true}
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70dvh] w-[min(44rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-xl border bg-raised shadow-2xl"
        >
          <Base.Title className="sr-only">Search</Base.Title>
          <Palette onClose={() => setOpen(false)} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
