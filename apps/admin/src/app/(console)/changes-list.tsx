import Link from "next/link";
import { Time } from "../../components/time.tsx";
import type { RouterOutputs } from "../../trpc/operator-router.ts";
import { fieldWords, valueWords } from "./approvals/[id]/change-table.tsx";

/** What two people changed, newest first. */
export function ChangesList({ changes }: { changes: RouterOutputs["operator"]["get"]["changes"] }) {
  if (changes.length === 0)
    return <p className="text-sm text-ink-soft">Nothing was changed yet.</p>;
  return (
    <ul className="flex flex-col gap-3 text-sm">
      {changes.map((change) => (
        <li key={change.approvalId}>
          <div>
            {Object.entries(change.after).map(([field, value]) => (
              <span key={field} className="mr-3 wrap-anywhere">
                {fieldWords(field)}: {valueWords(field, change.before[field] ?? null)} to{" "}
                <span className="font-medium">{valueWords(field, value)}</span>
              </span>
            ))}
          </div>
          <div className="text-xs text-ink-soft">
            Version {change.version} · asked by {change.requestedByName ?? "–"}, approved by{" "}
            {change.decidedByName ?? "–"} · <Time at={change.changedAt} /> ·{" "}
            <Link className="text-accent underline" href={`/approvals/${change.approvalId}`}>
              approval
            </Link>
          </div>
        </li>
      ))}
    </ul>
  );
}
