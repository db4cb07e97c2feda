import { formatMoney } from "@revio-wallet/api-client/money";
import { words } from "../../../../components/status-badge.tsx";
import type { ApprovalDetails } from "../approval-words.ts";

/** Before and after of each field, and what it is by now where that is another. */
export function ChangeTable({
  fields,
  isOpen,
}: {
  fields: ApprovalDetails["fields"];
  isOpen: boolean;
}) {
  const head = "px-3 py-2 text-left text-xs font-medium text-ink-soft";
  return (
    <div className="overflow-x-auto">
      <table aria-label="What changes" className="w-full text-sm">
        <thead>
          <tr className="border-b">
            {["Field", "Before", "After", ...(isOpen ? ["At this moment"] : [])].map((header) => (
              <th key={header} scope="col" className={head}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {fields.map(({ field, from, to, now }) => (
            <tr key={field} className="border-b last:border-b-0">
              <th scope="row" className="px-3 py-2 text-left font-medium">
                {fieldWords(field)}
              </th>
              <td className="px-3 py-2 wrap-anywhere">{valueWords(field, from)}</td>
              <td className="px-3 py-2 font-medium wrap-anywhere">{valueWords(field, to)}</td>
              {isOpen && (
                <td className={now === from ? "px-3 py-2 text-ink-soft" : "px-3 py-2 text-bad"}>
                  {valueWords(field, now)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const named: Record<string, string> = {
  minAmountMinor: "Smallest amount",
  maxAmountMinor: "Largest amount",
  maxPerDayMinor: "Most in a day",
  maxCountPerDay: "Number in a day",
  approvalAboveMinor: "Approval above",
  feeMinor: "Fee",
  personId: "Person",
  displayName: "Name",
  email: "Address",
};

export function fieldWords(field: string): string {
  return named[field] ?? words(field);
}

/** Amounts in the only currency that there are limits in; null of an amount means that there is none. */
export function valueWords(field: string, value: string | null): string {
  if (field.endsWith("Minor")) {
    return value === null
      ? "No limit"
      : formatMoney({ amountMinor: BigInt(value), currency: "ZAR" });
  }
  if (value === null) return "–";
  return field === "role" || field === "status" ? words(value) : value;
}
