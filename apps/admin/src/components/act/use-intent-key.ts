"use client";
import { useCallback } from "react";

/**
 * The idempotency key of one intent: the same for a second press and after a reload, so that nothing is done twice; another one
 * once it is done.
 */
export function useIntentKey(intent: string) {
  const name = `intent ${intent}`;
  const keyOf = useCallback((): string => {
    const kept = sessionStorage.getItem(name);
    if (kept !== null) return kept;
    const key = crypto.randomUUID();
    sessionStorage.setItem(name, key);
    return key;
  }, [name]);
  const forget = useCallback(() => sessionStorage.removeItem(name), [name]);
  return { keyOf, forget };
}
