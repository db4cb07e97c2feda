"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useSession } from "../../auth/session-provider.tsx";
import { cn } from "../../class-names.ts";
import { type Place, places } from "./navigation.ts";

/** The way around. On a narrow screen it is a row above the page. */
export function Sidebar() {
  const { permissions } = useSession();
  const groups = places
    .map((group) => ({
      ...group,
      places: group.places.filter(({ needs }) => permissions.includes(needs)),
    }))
    .filter((group) => group.places.length > 0);
  return (
    <nav
      aria-label="Main"
      className="flex shrink-0 gap-1 overflow-x-auto border-b bg-sunken px-2 py-2 lg:sticky lg:top-0 lg:h-dvh lg:w-56 lg:flex-col lg:gap-4 lg:overflow-y-auto lg:border-r lg:border-b-0 lg:px-3 lg:py-4"
    >
      <Link href="/" className="hidden items-center gap-2 px-2 text-sm font-semibold lg:flex">
        <Mark /> Revio Wallet
      </Link>
      {groups.map((group) => (
        <div key={group.label} className="flex gap-1 lg:flex-col">
          {group.label !== "" && (
            <div className="hidden px-2 pb-0.5 text-xs text-ink-faint lg:block">{group.label}</div>
          )}
          {group.places.map((place) => (
            <PlaceLink key={place.href} place={place} />
          ))}
        </div>
      ))}
    </nav>
  );
}

function PlaceLink({ place: { href, label, icon: Icon } }: { place: Place }) {
  const path = usePathname();
  const isHere = href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
  return (
    <Link
      href={href}
      // Each would ask the API for the session, at every page.
      prefetch={false}
      aria-current={isHere ? "page" : undefined}
      className={cn(
        "flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm whitespace-nowrap text-ink-soft hover:bg-line/60 hover:text-ink",
        isHere && "bg-accent-soft font-medium text-ink",
      )}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      {label}
    </Link>
  );
}

/** Two equal bars: debits and credits. */
export function Mark() {
  return (
    <svg viewBox="0 0 20 20" className="size-5 text-accent" aria-hidden>
      <rect width="20" height="20" rx="5" fill="currentColor" />
      <rect x="5" y="6" width="10" height="2.5" rx="1.25" fill="var(--accent-ink)" />
      <rect x="5" y="11.5" width="10" height="2.5" rx="1.25" fill="var(--accent-ink)" />
    </svg>
  );
}
