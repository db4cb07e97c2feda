"use client";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/input.tsx";

/** The only time that they are shown. */
export function ShowRecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const [isKept, setKept] = useState(false);
  return (
    <div className="flex flex-col gap-4">
      <h1 className="text-lg font-semibold">Keep these recovery codes</h1>
      <p className="text-sm text-ink-soft">
        Each lets you in once if your second factor is lost. They are not shown again.
      </p>
      <ul className="grid grid-cols-2 gap-x-4 gap-y-1 rounded-md bg-sunken p-3 font-mono text-xs">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button onClick={() => void navigator.clipboard.writeText(codes.join("\n"))}>Copy all</Button>
      <label className="flex items-center gap-2 text-sm">
        <Checkbox checked={isKept} onChange={({ target }) => setKept(target.checked)} />I have kept
        them
      </label>
      <Button look="primary" disabled={!isKept} onClick={onKept}>
        Continue
      </Button>
    </div>
  );
}
