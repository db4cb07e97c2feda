import type { RouterOutputs } from "../../trpc/operator-router.ts";

type Item = RouterOutputs["home"]["get"]["items"][number];

/** Which page shows which list, and what a filter is called in its address. */
const lists: Record<
  string,
  { page: string; called?: Record<string, (value: string) => string[]> }
> = {
  transactions: {
    page: "/transactions",
    called: { kinds: (value) => ["kind", value], statuses: (value) => ["status", value] },
  },
  breaks: { page: "/reconciliation", called: { severity: (value) => ["severity", value] } },
  approvals: { page: "/approvals" },
  webhooks: { page: "/webhooks", called: { state: (value) => ["state", value] } },
  deliveries: {
    page: "/webhooks?show=deliveries&period=24h",
    called: { verdict: (value) => ["verdict", value] },
  },
  queues: { page: "/queues" },
  users: { page: "/users", called: { isFrozen: () => ["money", "frozen"] } },
};

/** The address of the list that shows just the rows of a number. */
export function hrefOf({ list, filter }: Pick<Item, "list" | "filter">): string {
  const { page, called = {} } = lists[list] ?? { page: "/" };
  const params = new URLSearchParams(
    Object.entries(filter).flatMap(([name, value]) => {
      const param = called[name]?.(String(value));
      return param === undefined ? [] : [param];
    }),
  );
  if (params.size === 0) return page;
  return `${page}${page.includes("?") ? "&" : "?"}${params}`;
}
