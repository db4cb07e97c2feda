"use client";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { Preferences } from "./preferences.ts";

interface Known extends Preferences {
  set: <Name extends keyof Preferences>(name: Name, value: Preferences[Name]) => void;
}

const Context = createContext<Known | undefined>(undefined);

const yearSeconds = 365 * 24 * 60 * 60;

export function PreferencesProvider({
  initial,
  children,
}: {
  initial: Preferences;
  children: ReactNode;
}) {
  const [preferences, setPreferences] = useState(initial);
  useTheme(preferences.theme);
  const known = useMemo<Known>(
    () => ({
      ...preferences,
      set: (name, value) => {
        document.cookie = `${name}=${value}; path=/; max-age=${yearSeconds}; samesite=strict`;
        setPreferences((before) => ({ ...before, [name]: value }));
      },
    }),
    [preferences],
  );
  return <Context value={known}>{children}</Context>;
}

export function usePreferences(): Known {
  const known = useContext(Context);
  if (known === undefined) throw new Error("usePreferences belongs under PreferencesProvider");
  return known;
}

function useTheme(theme: Preferences["theme"]): void {
  useEffect(() => {
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      const isDark = theme === "dark" || (theme === "system" && system.matches);
      document.documentElement.classList.toggle("dark", isDark);
    };
    apply();
    system.addEventListener("change", apply);
    return () => system.removeEventListener("change", apply);
  }, [theme]);
}
