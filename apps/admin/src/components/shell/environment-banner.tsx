/** Nobody takes a rehearsal for the real thing, or the other way round. */
export function EnvironmentBanner({ name }: { name: string }) {
  if (name === "production") return null;
  return (
    <div
      role="note"
      className="bg-warn px-4 py-0.5 text-center text-xs font-semibold tracking-wide text-page uppercase"
    >
      {name} — no real money
    </div>
  );
}
