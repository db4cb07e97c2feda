import Link from "next/link";
import { accountPage } from "../../../../../components/links.ts";
import { Money } from "../../../../../components/money.tsx";
import { words } from "../../../../../components/status-badge.tsx";
import type { RouterOutputs } from "../../../../../trpc/operator-router.ts";

type Posting = RouterOutputs["ledger"]["entry"]["postings"][number];

/** Debits and credits per currency, from the postings. */
export function totalsOf(
  postings: readonly Posting[],
): { currency: string; debitMinor: bigint; creditMinor: bigint }[] {
  const currencies = [...new Set(postings.map(({ currency }) => currency))];
  return currencies.map((currency) => {
    const side = (direction: Posting["direction"]) =>
      postings
        .filter((posting) => posting.currency === currency && posting.direction === direction)
        .reduce((total, { amountMinor }) => total + amountMinor, 0n);
    return { currency, debitMinor: side("debit"), creditMinor: side("credit") };
  });
}

const cell = "border-t px-3 py-2";

/** An entry as accountants write it: an account a line, debit and credit side by side, and what they sum to. */
export function PostingsTable({ postings }: { postings: readonly Posting[] }) {
  const ordered = postings.toSorted((a, b) =>
    a.direction === b.direction ? 0 : a.direction === "debit" ? -1 : 1,
  );
  return (
    <div className="overflow-x-auto">
      <table aria-label="Postings" className="w-full text-sm">
        <thead className="text-right text-xs text-ink-soft">
          <tr>
            <th scope="col" className="px-3 py-2 text-left font-medium">
              Account
            </th>
            <th scope="col" className="px-3 py-2 text-left font-medium">
              Type
            </th>
            <th scope="col" className="px-3 py-2 text-left font-medium">
              Owner
            </th>
            {["Debit", "Credit", "Balance before", "Balance after"].map((header) => (
              <th key={header} scope="col" className="px-3 py-2 font-medium">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered.map((posting) => (
            <Row key={posting.id} posting={posting} />
          ))}
        </tbody>
        <tfoot>
          {totalsOf(postings).map(({ currency, debitMinor, creditMinor }) => (
            <tr key={currency} className="bg-sunken/60 font-medium">
              <th scope="row" colSpan={3} className={`${cell} text-left font-medium`}>
                Total {currency}
              </th>
              <Amount of={debitMinor} currency={currency} />
              <Amount of={creditMinor} currency={currency} />
              <td colSpan={2} className={cell} />
            </tr>
          ))}
        </tfoot>
      </table>
    </div>
  );
}

function Row({ posting }: { posting: Posting }) {
  return (
    <tr>
      <th scope="row" className={`${cell} text-left font-normal`}>
        <Link href={accountPage(posting.accountCode)} className="text-accent hover:underline">
          {words(posting.accountName)}
        </Link>
      </th>
      <td className={cell}>{words(posting.accountType)}</td>
      <td className={cell}>
        {posting.userId === null ? (
          <span className="text-ink-soft">House</span>
        ) : (
          <Link href={`/users/${posting.userId}`} className="text-accent hover:underline">
            User
          </Link>
        )}
      </td>
      <Amount
        of={posting.direction === "debit" ? posting.amountMinor : null}
        currency={posting.currency}
      />
      <Amount
        of={posting.direction === "credit" ? posting.amountMinor : null}
        currency={posting.currency}
      />
      <Amount of={posting.balanceBeforeMinor} currency={posting.currency} />
      <Amount of={posting.balanceAfterMinor} currency={posting.currency} />
    </tr>
  );
}

function Amount({ of, currency }: { of: bigint | null; currency: string }) {
  return (
    <td className={`${cell} text-right`}>
      {of !== null && <Money amountMinor={of} currency={currency} />}
    </td>
  );
}
