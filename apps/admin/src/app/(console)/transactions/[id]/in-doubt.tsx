"use client";
import { CircleHelp } from "lucide-react";
import { Age, Time } from "../../../../components/time.tsx";
import { words } from "../../../../components/status-badge.tsx";
import type { SeenTransaction } from "./transaction-facts.tsx";

/** Nobody knows whether the money has left. What is known, what happens, and that nothing here fails or repeats it. */
export function InDoubt({ seen }: { seen: SeenTransaction }) {
  const { transaction, attempts, nextJob, approvals } = seen;
  const payouts = attempts.filter(({ object }) => object === "payout");
  const proposal = approvals.find(
    ({ kind, state }) => kind === "payout_resolution" && state === "requested",
  );
  return (
    <section
      aria-label="In doubt"
      className="mb-4 flex gap-3 rounded-xl border border-warn/40 bg-warn-soft p-4 text-sm"
    >
      <CircleHelp className="mt-0.5 size-5 shrink-0 text-warn" aria-hidden />
      <div className="flex flex-col gap-1.5">
        <p className="font-semibold text-warn">
          In doubt for <Age since={transaction.updatedAt} />: whether the bank was told to pay is
          not known
        </p>
        <p>
          The reserve stays where it is. Nothing sends it again and nothing fails it: it ends by
          evidence from Revio, or by two operators.
        </p>
        <ul className="list-disc pl-5">
          {payouts.map((one) => (
            <li key={one.id}>
              Attempt {one.attempt}: {words(one.state).toLowerCase()}
              {one.providerStatus !== null && <>, Revio last showed “{one.providerStatus}”</>}
              {one.lastReadAt !== null && (
                <>
                  {" "}
                  at <Time at={one.lastReadAt} />
                </>
              )}
            </li>
          ))}
          <li>
            {nextJob === null ? (
              "Revio is asked again by the sweeper."
            ) : (
              <>
                Revio is asked again at <Time at={nextJob.at} />.
              </>
            )}
          </li>
          {proposal !== undefined && <li>A proposal of an operator waits for another one.</li>}
        </ul>
      </div>
    </section>
  );
}
