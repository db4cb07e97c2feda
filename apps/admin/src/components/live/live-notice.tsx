"use client";
import { ArrowUp } from "lucide-react";
import { useEffect, useEffectEvent } from "react";
import { Button } from "../ui/button.tsx";
import type { Watched } from "./live-provider.tsx";
import { useNews } from "./use-news.ts";

/**
 * Says that there is something new, and shows it when asked: nothing moves under the pointer. It stands in the bar above a list
 * (`tools`), where it shifts no row. With `isTail` it shows what comes at once.
 */
export function LiveNotice({
  watch,
  onShow,
  isTail = false,
}: {
  watch: Watched;
  /** Reads the list anew, from its first page. */
  onShow: () => unknown;
  isTail?: boolean;
}) {
  const { count, clear } = useNews(watch);
  const show = useEffectEvent(() => {
    clear();
    void onShow();
  });
  useEffect(() => {
    if (isTail && count > 0) show();
  }, [isTail, count]);
  return (
    <span role="status" aria-live="polite" className="mr-auto flex items-center">
      {count > 0 && !isTail && (
        <Button
          size="sm"
          look="primary"
          onClick={() => {
            clear();
            void onShow();
          }}
        >
          <ArrowUp aria-hidden />
          {count >= 1_000 ? "Much is new" : `${count} new`} — show
        </Button>
      )}
    </span>
  );
}
