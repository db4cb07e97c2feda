"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "../../../class-names.ts";

const places = [
  { href: "/reconciliation", label: "Breaks" },
  { href: "/reconciliation/suspense", label: "Suspense" },
  { href: "/reconciliation/runs", label: "Runs" },
  { href: "/reconciliation/day-closes", label: "Closed days" },
];

/** The parts of reconciliation. */
export function ReconciliationNav() {
  const path = usePathname();
  return (
    <nav aria-label="Reconciliation" className="mb-4 flex gap-1 overflow-x-auto border-b">
      {places.map(({ href, label }) => {
        const isHere = path === href;
        return (
          <Link
            key={href}
            href={href}
            aria-current={isHere ? "page" : undefined}
            className={cn(
              "-mb-px border-b-2 border-transparent px-3 py-2 text-sm whitespace-nowrap text-ink-soft hover:text-ink",
              isHere && "border-accent font-medium text-ink",
            )}
          >
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
