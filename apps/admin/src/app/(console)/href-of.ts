import type { RouterOutputs } from "../../trpc/operator-router.ts";

type Item = RouterOutputs["home"]["get"]["items"][number];

/** Which page shows which list, and what its filters are called in its address. */
const lists: Record<string, { page: string; names: Record<string, string> }> = {
  transactions: { page: "/transactions", names: { kinds: "kind", statuses: "status" } },
  breaks: { page: "/reconciliation", names: { severity: "severity" } },
  approvals: { page: "/approvals", names: {} },
  webhooks: { page: "/webhooks", names: { state: "state" } },
  deliveries: { page: "/webhooks", names: { verdict: "verdict" } },
  queues: { page: "/queues", names: {} },
  users: { page: "/users", names: { isFrozen: "frozen" } },
};

/** The address of the list that shows just the rows of a number. */
export function hrefOf({ list, filter }: Pick<Item, "list" | "filter">): string {
  const { page, names } = lists[list] ?? { page: "/", names: {} };
  const params = new URLSearchParams(
    Object.entries(filter).flatMap(([name, value]) => {
      const called = names[name];
      return called === undefined ? [] : [[called, String(value)]];
    }),
  );
  return params.size === 0 ? page : `${page}?${params}`;
}
