"use client";
import { useEffect, useState } from "react";

/** Without a hand on pointer or keyboard for so long, nobody is taken to be there. */
const idleMs = 5 * 60_000;
const signs = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

/**
 * True while somebody looks: the tab is in front, and was used of late. What a page asks of its own accord counts as use of the
 * session; so it asks only then, and a desk that was left signs out as it should.
 */
export function useIsAttended(): boolean {
  const [isAttended, setAttended] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = () => setAttended(false);
    const touch = () => {
      clearTimeout(timer);
      timer = setTimeout(leave, idleMs);
      setAttended(document.visibilityState === "visible");
    };
    const look = () => (document.visibilityState === "visible" ? touch() : leave());
    look();
    document.addEventListener("visibilitychange", look);
    for (const sign of signs) window.addEventListener(sign, touch, { passive: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
      for (const sign of signs) window.removeEventListener(sign, touch);
    };
  }, []);
  return isAttended;
}
