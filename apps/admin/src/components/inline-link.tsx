import Link from "next/link";
import type { ReactNode } from "react";

/** A link in a row that is a link itself: this one lies above it, and is large enough to be met among others. */
export function InlineLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      className="relative z-[1] inline-flex min-h-6 items-center gap-1 text-accent underline-offset-2 hover:underline"
    >
      {children}
    </Link>
  );
}
