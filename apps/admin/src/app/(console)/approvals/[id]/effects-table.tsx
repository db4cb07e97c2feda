import { Money } from "../../../../components/money.tsx";
import { type ApprovalDetails, shortAccount } from "../approval-words.ts";

/** What would be posted, and each balance before and after; the totals are sums of the rows. */
export function EffectsTable({
  label,
  effects,
}: {
  label: string;
  effects: ApprovalDetails["approveEffects"];
}) {
  const sum = (direction: "debit" | "credit") =>
    effects.reduce(
      (total, one) => total + (one.direction === direction ? one.amountMinor : 0n),
      0n,
    );
  const currency = effects[0]?.currency ?? "ZAR";
  const isEven = sum("debit") === sum("credit");
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full text-sm">
        <thead className="text-xs text-ink-soft">
          <tr className="border-b">
            <th scope="col" className="px-3 py-2 text-left font-medium">
              Account
            </th>
            {["Debit", "Credit", "Balance now", "Balance after"].map((header) => (
              <th key={header} scope="col" className="px-3 py-2 text-right font-medium">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {effects.map((effect) => (
            <tr key={effect.account} className="border-b">
              <td className="px-3 py-2" title={effect.account}>
                {shortAccount(effect.account)}
              </td>
              {(["debit", "credit"] as const).map((side) => (
                <td key={side} className="px-3 py-2 text-right">
                  {effect.direction === side && (
                    <Money amountMinor={effect.amountMinor} currency={effect.currency} />
                  )}
                </td>
              ))}
              <td className="px-3 py-2 text-right">
                <Money amountMinor={effect.beforeMinor} currency={effect.currency} />
              </td>
              <td className="px-3 py-2 text-right font-medium">
                <Money amountMinor={effect.afterMinor} currency={effect.currency} />
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row" className="px-3 py-2 text-left text-xs font-medium text-ink-soft">
              {isEven ? "Balanced" : "Not balanced"}
            </th>
            <td className="px-3 py-2 text-right">
              <Money amountMinor={sum("debit")} currency={currency} />
            </td>
            <td className="px-3 py-2 text-right">
              <Money amountMinor={sum("credit")} currency={currency} />
            </td>
            <td />
            <td />
          </tr>
        </tbody>
      </table>
    </div>
  );
}
