"use client";
import { Eye, EyeOff } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "../ui/button.tsx";
import { ActionDialog } from "./action-dialog.tsx";

/** How long what was revealed stays on the screen. */
const shownSeconds = 60;

/**
 * Shows personal data for a reason, and for a minute. It lives in this component and nowhere else: not in the cache of queries, and
 * gone when the page is left.
 */
export function Reveal<Shown>({
  what,
  of,
  send,
  children,
}: {
  /** "the account number" */
  what: string;
  /** Tells this from other things that can be revealed. */
  of: string;
  send: (reason: string) => Promise<Shown>;
  children: (shown: Shown) => ReactNode;
}) {
  const [isAsking, setAsking] = useState(false);
  const [shown, setShown] = useState<{ value: Shown } | undefined>();
  const [left, setLeft] = useState(shownSeconds);

  useEffect(() => {
    if (shown === undefined) return undefined;
    const endsAt = Date.now() + shownSeconds * 1_000;
    const timer = setInterval(() => {
      const seconds = Math.ceil((endsAt - Date.now()) / 1_000);
      setLeft(seconds);
      if (seconds <= 0) setShown(undefined);
    }, 250);
    return () => clearInterval(timer);
  }, [shown]);

  if (shown !== undefined) {
    return (
      <div className="rounded-md border border-warn/40 bg-warn-soft/50 p-3" role="status">
        {children(shown.value)}
        <div className="mt-2 flex items-center justify-between gap-2 text-xs text-ink-soft">
          <span>
            Hidden again in <span className="tabular">{left}</span> s
          </span>
          <Button size="sm" look="ghost" onClick={() => setShown(undefined)}>
            <EyeOff aria-hidden /> Hide
          </Button>
        </div>
      </div>
    );
  }
  return (
    <>
      <Button size="sm" aria-label={`Show ${what}`} onClick={() => setAsking(true)}>
        <Eye aria-hidden /> Show
      </Button>
      <ActionDialog
        open={isAsking}
        onOpenChange={setAsking}
        intent={`reveal ${of}`}
        title={`Show ${what}`}
        reason="required"
        confirmLabel="Show"
        act={{
          input: ({ reason }) => ({ reason }),
          send: async ({ reason }) => {
            const value = await send(reason);
            setLeft(shownSeconds);
            setShown({ value });
          },
        }}
        done="Shown, and recorded"
        onDone={() => undefined}
      >
        <p>It is shown to you for a minute. The audit log keeps that you have seen it, and why.</p>
      </ActionDialog>
    </>
  );
}
