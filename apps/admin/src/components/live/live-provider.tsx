"use client";
import { useSubscription } from "@trpc/tanstack-react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { apiErrorOf } from "../../trpc/api-error.ts";
import { useTRPC } from "../../trpc/api-provider.tsx";
import { useIsAttended } from "./use-is-attended.ts";

/** What can be watched; `audit`: every line of the audit trail. */
export type Watched =
  | "transaction"
  | "break"
  | "approval"
  | "webhook"
  | "queue"
  | "run"
  | "user"
  | "outgoing"
  | "audit";

export interface News {
  nouns: readonly { noun: Exclude<Watched, "audit">; count: number; ids: readonly string[] }[];
  auditEvents: number;
  /** Too much to tell: read everything anew. */
  isOverflow: boolean;
}

export type LiveState =
  | { is: "connecting" | "live" | "paused" }
  /** Nothing is heard: what the page shows may be old. */
  | { is: "stale"; since: Date };

interface Live {
  state: LiveState;
  /** Calls for whatever changes, until the returned function is called. */
  listen: (listener: (news: News) => void) => () => void;
}

const Context = createContext<Live | undefined>(undefined);

/** A stream that comes back sooner was not missed. */
const toleranceMs = 5_000;
const againMs = 10_000;

/** One stream of changes for all of a tab. It rests while nobody looks, and goes on from where it was. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const isAttended = useIsAttended();
  const listeners = useRef(new Set<(news: News) => void>());
  const place = useRef<string>(undefined);
  /** It rested before it knew a place to go on from: what happened meanwhile nobody can tell. */
  const isBlind = useRef(false);
  const [from, setFrom] = useState<string>();
  const [hasPlace, setHasPlace] = useState(false);
  useEffect(() => {
    if (isAttended) return;
    isBlind.current = place.current === undefined;
    setFrom(place.current);
  }, [isAttended]);

  const { status, reset } = useSubscription(
    trpc.live.events.subscriptionOptions(from === undefined ? {} : { lastEventId: from }, {
      enabled: isAttended,
      onData: ({ id, data }) => {
        place.current = id;
        setHasPlace(true);
        const news = isBlind.current ? { ...data, isOverflow: true } : data;
        isBlind.current = false;
        for (const tell of listeners.current) tell(news);
      },
      onError: (error) => {
        if (apiErrorOf(error).code === "UNAUTHENTICATED") window.location.assign("/sign-in");
      },
    }),
  );
  useEffect(() => {
    if (status !== "error" || !isAttended) return undefined;
    const timer = setTimeout(() => {
      // From where it was; another place begins another subscription by itself.
      if (place.current === from) reset();
      else setFrom(place.current);
    }, againMs);
    return () => clearTimeout(timer);
  }, [status, isAttended, reset, from]);

  const isHeard = status === "pending" && hasPlace;
  const staleSince = useSilence(isAttended && !isHeard);
  const listen = useCallback((listener: (news: News) => void) => {
    listeners.current.add(listener);
    return () => {
      listeners.current.delete(listener);
    };
  }, []);
  const live = useMemo<Live>(() => {
    const is = isHeard ? "live" : "connecting";
    const state: LiveState = isAttended
      ? staleSince === undefined
        ? { is }
        : { is: "stale", since: staleSince }
      : { is: "paused" };
    return { state, listen };
  }, [isAttended, isHeard, staleSince, listen]);
  return <Context value={live}>{children}</Context>;
}

/** Since when nothing has been heard, once that has lasted. */
function useSilence(isSilent: boolean): Date | undefined {
  const [since, setSince] = useState<Date>();
  useEffect(() => {
    if (!isSilent) {
      setSince(undefined);
      return undefined;
    }
    const began = new Date();
    const timer = setTimeout(() => setSince(began), toleranceMs);
    return () => clearTimeout(timer);
  }, [isSilent]);
  return since;
}

export function useLive(): Live {
  const live = useContext(Context);
  if (live === undefined) throw new Error("useLive belongs under LiveProvider");
  return live;
}
