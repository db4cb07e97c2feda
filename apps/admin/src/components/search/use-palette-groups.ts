"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSession } from "../../auth/session-provider.tsx";
import { useTRPC } from "../../trpc/api-provider.tsx";
import { useOfferedActions } from "./palette-actions.ts";
import {
  actionGroup,
  foundGroups,
  looksLikeId,
  type PaletteGroup,
  placeGroup,
} from "./palette-items.ts";
import { keyGroup } from "./palette-keys.ts";

/** Letters typed within this time make one question. */
const pauseMs = 120;

/** What the palette shows for a text, and how the search for it stands. */
export function usePaletteGroups(text: string): {
  groups: PaletteGroup[];
  isSearching: boolean;
  error: unknown;
  retry: () => void;
} {
  const trpc = useTRPC();
  const session = useSession();
  const actions = useOfferedActions();
  const clipboard = useClipboardId();
  const wanted = text.trim();
  const asked = useDelayed(wanted, pauseMs);
  const query = useQuery(
    trpc.search.find.queryOptions(
      { text: asked.slice(0, 200) },
      { enabled: asked !== "", placeholderData: keepPreviousData },
    ),
  );
  const isCurrent = asked === wanted && !query.isPending && !query.isPlaceholderData;
  const pasted: PaletteGroup = {
    label: "In the clipboard",
    items:
      wanted === "" && clipboard !== undefined
        ? [{ key: "paste", label: clipboard, detail: "Find it", chosen: { text: clipboard } }]
        : [],
  };
  const found = wanted === "" ? [] : foundGroups(query.data ?? []);
  // What is known at once stands above what is still on its way: nothing moves under the pointer.
  const all = [
    pasted,
    actionGroup(wanted, actions),
    keyGroup(wanted),
    placeGroup(wanted, session),
    ...found,
  ];
  return {
    groups: all.filter(({ items }) => items.length > 0),
    isSearching: wanted !== "" && query.error === null && !isCurrent,
    error: wanted === "" ? null : query.error,
    retry: () => void query.refetch(),
  };
}

function useDelayed(text: string, ms: number): string {
  const [delayed, setDelayed] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return delayed;
}

/** An id that lies in the clipboard, where the browser lets us look without asking anybody. */
function useClipboardId(): string | undefined {
  const [id, setId] = useState<string | undefined>();
  useEffect(() => {
    const look = async () => {
      const { state } = await navigator.permissions.query({
        name: "clipboard-read" as PermissionName,
      });
      if (state !== "granted") return;
      const text = await navigator.clipboard.readText();
      if (looksLikeId(text)) setId(text.trim());
    };
    // Some browsers know no such permission; then nothing is offered.
    look().catch(() => undefined);
  }, []);
  return id;
}
