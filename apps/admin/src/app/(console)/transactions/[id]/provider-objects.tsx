"use client";
import { Copyable } from "../../../../components/copyable.tsx";
import { Facts } from "../../../../components/facts.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { NothingYet } from "../../../../components/states.tsx";
import { Time } from "../../../../components/time.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import type { SeenTransaction } from "./transaction-facts.tsx";

/** Each POST that was to make a purchase or a payout at Revio, and what came of it. */
export function ProviderObjects({ attempts }: Pick<SeenTransaction, "attempts">) {
  if (attempts.length === 0) {
    return (
      <Card>
        <NothingYet title="Nothing at Revio">
          A deposit gets its purchase, a withdrawal its payout, when it is sent.
        </NothingYet>
      </Card>
    );
  }
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      {attempts.map((one) => (
        <Card key={one.id} title={`${words(one.object)}, attempt ${one.attempt}`}>
          <Facts
            facts={[
              [
                "Revio's id",
                one.objectId === null ? "Not known" : <Copyable text={one.objectId} />,
              ],
              ["State", words(one.state)],
              [
                "Revio shows",
                one.providerStatus === null ? "Not read yet" : words(one.providerStatus),
              ],
              ["Sent", <Time key="sent" at={one.createSentAt} />],
              ...(one.executeSentAt === null
                ? []
                : [["Execution sent", <Time key="executed" at={one.executeSentAt} />] as const]),
              [
                "Last read",
                one.lastReadAt === null ? "Never" : <Time key="read" at={one.lastReadAt} />,
              ],
              ...(one.errorCode === null
                ? []
                : [["Refused because", words(one.errorCode)] as const]),
            ]}
          />
        </Card>
      ))}
    </div>
  );
}
