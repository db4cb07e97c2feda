import type { PaletteGroup, PaletteItem } from "./palette-items.ts";
import { words } from "../status-badge.tsx";

interface Key {
  name: string;
  /** What can stand behind it, where that is a known set. */
  values: readonly string[];
  label: (value: string) => string;
  href: (value: string) => string | undefined;
}

const day = /^\d{4}-\d{2}-\d{2}$/;
const of =
  (parameter: string, list = "/transactions") =>
  (value: string) =>
    `${list}?${parameter}=${encodeURIComponent(value)}`;

/** "status:completed" leads to the list with that filter. Values are those of the lists' own filters. */
const keys: readonly Key[] = [
  {
    name: "status",
    values: [
      "completed",
      "failed",
      "in_doubt",
      "in_review",
      "queued",
      "processing",
      "awaiting_approval",
    ],
    label: (value) => `Transactions: ${words(value)}`,
    href: of("status"),
  },
  {
    name: "kind",
    values: ["deposit", "withdrawal", "refund", "chargeback", "adjustment"],
    label: (value) => `Transactions: ${words(value)}s`,
    href: of("kind"),
  },
  {
    name: "user",
    values: ["suspended", "closed", "frozen"],
    label: (value) => `Users: ${words(value)}`,
    href: (value) => (value === "frozen" ? "/users?money=frozen" : `/users?status=${value}`),
  },
  {
    name: "entry",
    values: [
      "deposit.completed",
      "withdrawal.completed",
      "suspense.received",
      "adjustment.approved",
    ],
    label: (value) => `Journal: ${words(value)}`,
    href: of("event", "/ledger"),
  },
  {
    name: "posted",
    values: [],
    label: (value) => `Journal from ${value} on`,
    href: (value) => (day.test(value) ? `/ledger?from=${value}` : undefined),
  },
];

/** What a text like "sta" or "status:fail" can become. */
export function keyGroup(text: string): PaletteGroup {
  const [name = "", ...rest] = text.toLowerCase().trim().split(":");
  const items: PaletteItem[] = [];
  if (rest.length === 0) {
    if (name.length === 0) return { label: "Filters", items };
    for (const key of keys.filter((one) => one.name.startsWith(name))) {
      const detail = key.values.slice(0, 3).map(words).join(", ") || "a day, like 2026-11-27";
      items.push({
        key: `key ${key.name}`,
        label: `${key.name}:`,
        detail,
        chosen: { text: `${key.name}:` },
      });
    }
    return { label: "Filters", items };
  }
  const key = keys.find((one) => one.name === name);
  const wanted = rest.join(":").trim();
  const typed = key?.values.length === 0 && wanted !== "" ? [wanted] : [];
  for (const value of [...(key?.values ?? []).filter((one) => one.includes(wanted)), ...typed]) {
    const href = key?.href(value);
    if (key === undefined || href === undefined) continue;
    items.push({ key: `key ${name}:${value}`, label: key.label(value), chosen: { href } });
  }
  return { label: "Filters", items };
}
