import {
  BookOpenText,
  CircleGauge,
  FileClock,
  ListTodo,
  type LucideIcon,
  Scale,
  Settings,
  ShieldCheck,
  SquareStack,
  Users,
  ArrowLeftRight,
  Webhook,
} from "lucide-react";
import type { Permission } from "../../auth/require-session.ts";

export interface Place {
  href: string;
  label: string;
  icon: LucideIcon;
  needs: Permission;
  /** Typed after `g`. */
  key: string;
}

/** Where one can go, in the order of the sidebar. */
export const places: readonly { label: string; places: readonly Place[] }[] = [
  {
    label: "",
    places: [{ href: "/", label: "Home", icon: CircleGauge, needs: "home.view", key: "h" }],
  },
  {
    label: "Money",
    places: [
      {
        href: "/transactions",
        label: "Transactions",
        icon: ArrowLeftRight,
        needs: "transactions.view",
        key: "t",
      },
      { href: "/users", label: "Users", icon: Users, needs: "users.view", key: "u" },
      { href: "/ledger", label: "Ledger", icon: BookOpenText, needs: "ledger.view", key: "l" },
    ],
  },
  {
    label: "Control",
    places: [
      {
        href: "/reconciliation",
        label: "Reconciliation",
        icon: Scale,
        needs: "reconciliation.view",
        key: "b",
      },
      { href: "/approvals", label: "Approvals", icon: ListTodo, needs: "approvals.view", key: "a" },
    ],
  },
  {
    label: "Machinery",
    places: [
      { href: "/webhooks", label: "Webhooks", icon: Webhook, needs: "webhooks.view", key: "w" },
      { href: "/queues", label: "Queues", icon: SquareStack, needs: "queues.view", key: "q" },
    ],
  },
  {
    label: "Oversight",
    places: [
      { href: "/audit", label: "Audit log", icon: FileClock, needs: "audit.view", key: "o" },
      {
        href: "/operators",
        label: "Operators",
        icon: ShieldCheck,
        needs: "operators.view",
        key: "p",
      },
      { href: "/settings", label: "Settings", icon: Settings, needs: "settings.view", key: "s" },
    ],
  },
];
