import type { Zone } from "../format/format-time.ts";

/** How an operator likes the console to look. Kept in cookies of this browser, so that the first answer already looks so. */
export interface Preferences {
  theme: "light" | "dark" | "system";
  zone: Zone;
  density: "comfortable" | "compact";
  /** Keys like `j` and `g t`: some people's tools type letters. */
  shortcuts: "on" | "off";
}

const allowed: { [Name in keyof Preferences]: readonly Preferences[Name][] } = {
  theme: ["system", "light", "dark"],
  zone: ["sast", "utc"],
  density: ["comfortable", "compact"],
  shortcuts: ["on", "off"],
};

export function readPreferences(cookie: (name: string) => string | undefined): Preferences {
  const read = <Name extends keyof Preferences>(name: Name): Preferences[Name] => {
    const values = allowed[name];
    return values.find((value) => value === cookie(name)) ?? (values[0] as Preferences[Name]);
  };
  return {
    theme: read("theme"),
    zone: read("zone"),
    density: read("density"),
    shortcuts: read("shortcuts"),
  };
}
