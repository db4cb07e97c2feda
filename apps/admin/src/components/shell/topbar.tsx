"use client";
import { CircleUserRound } from "lucide-react";
import type { ReactNode } from "react";
import { useSession } from "../../auth/session-provider.tsx";
import { zoneLabel } from "../../format/format-time.ts";
import { usePreferences } from "../../preferences/preferences-provider.tsx";
import { words } from "../status-badge.tsx";
import { Button } from "../ui/button.tsx";
import { Menu, MenuChoices, MenuItem, MenuLink, MenuSeparator } from "../ui/menu.tsx";

/** Above every page: search, whether the page is live, the zone of all times, and who is signed in. */
export function Topbar({ children }: { children?: ReactNode }) {
  const { zone, set } = usePreferences();
  const other = zone === "sast" ? "utc" : "sast";
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b bg-page/95 px-4 backdrop-blur lg:px-6">
      <div className="flex min-w-0 flex-1 items-center gap-2">{children}</div>
      <Button
        look="ghost"
        size="sm"
        aria-label={`Times are in ${zoneLabel(zone)}. Change to ${zoneLabel(other)}`}
        onClick={() => set("zone", other)}
      >
        {zoneLabel(zone)}
      </Button>
      <OperatorMenu />
    </header>
  );
}

function OperatorMenu() {
  const { displayName, email, role } = useSession();
  const { theme, density, shortcuts, set } = usePreferences();
  const signOut = async () => {
    await fetch("/api/sign-out", { method: "POST" });
    window.location.assign("/sign-in");
  };
  return (
    <Menu
      trigger={
        <Button look="ghost" size="sm" aria-label={`Signed in as ${displayName}`}>
          <CircleUserRound aria-hidden />
          <span className="hidden max-w-40 truncate sm:inline">{displayName}</span>
        </Button>
      }
    >
      <div className="px-2.5 py-1.5">
        <div className="max-w-60 truncate text-sm font-medium">{displayName}</div>
        <div className="max-w-60 truncate text-xs text-ink-soft">{email}</div>
        <div className="text-xs text-ink-soft">{words(role)}</div>
      </div>
      <MenuSeparator />
      <MenuLink href="/account">Your account and sessions</MenuLink>
      <MenuSeparator />
      <MenuChoices
        label="Theme"
        value={theme}
        choices={[
          { value: "system", label: "As the system" },
          { value: "light", label: "Light" },
          { value: "dark", label: "Dark" },
        ]}
        onChange={(value) => set("theme", value)}
      />
      <MenuChoices
        label="Rows"
        value={density}
        choices={[
          { value: "comfortable", label: "Comfortable" },
          { value: "compact", label: "Compact" },
        ]}
        onChange={(value) => set("density", value)}
      />
      <MenuChoices
        label="Letter keys"
        value={shortcuts}
        choices={[
          { value: "on", label: "On" },
          { value: "off", label: "Off" },
        ]}
        onChange={(value) => set("shortcuts", value)}
      />
      <MenuSeparator />
      <MenuItem onClick={() => void signOut()}>Sign out</MenuItem>
    </Menu>
  );
}
