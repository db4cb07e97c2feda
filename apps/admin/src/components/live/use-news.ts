"use client";
import { useCallback, useEffect, useState } from "react";
import { type News, useLive, type Watched } from "./live-provider.tsx";

function countOf(news: News, watched: Watched): number {
  if (news.isOverflow) return 1_000;
  if (watched === "audit") return news.auditEvents;
  return news.nouns.find(({ noun }) => noun === watched)?.count ?? 0;
}

/** How much has changed since `clear` was last called. A thousand stands for more than anybody counted. */
export function useNews(watched: Watched): { count: number; clear: () => void } {
  const { listen } = useLive();
  const [count, setCount] = useState(0);
  useEffect(
    () => listen((news) => setCount((before) => Math.min(before + countOf(news, watched), 1_000))),
    [listen, watched],
  );
  return { count, clear: useCallback(() => setCount(0), []) };
}
