import { ShieldCheck, ShieldX } from "lucide-react";
import Link from "next/link";
import { Copyable, shortId } from "../../../../components/copyable.tsx";
import { Facts } from "../../../../components/facts.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";
import { formatDuration } from "../../../../format/format-duration.ts";

type Webhook = RouterOutputs["webhook"]["get"];

export function Outcome({ webhook }: { webhook: Webhook }) {
  const { outcome, receivedAt, settledAt, transactionId, transactionReference, objectId } = webhook;
  return (
    <Card title="What came of it">
      <Facts
        facts={[
          ["Outcome", outcome === null ? "Nothing yet" : words(outcome)],
          ["Received", <Time key="received" at={receivedAt} />],
          [
            "Settled",
            settledAt === null ? (
              "Not yet"
            ) : (
              <>
                <Time at={settledAt} />
                <span className="text-ink-soft">
                  {" "}
                  after {formatDuration(Math.max(settledAt.getTime() - receivedAt.getTime(), 0))}
                </span>
              </>
            ),
          ],
          [
            "Transaction",
            transactionId === null ? (
              "None of ours"
            ) : (
              <Link
                key="transaction"
                href={`/transactions/${transactionId}`}
                className="text-accent hover:underline"
              >
                {transactionReference ?? transactionId}
              </Link>
            ),
          ],
          ["Object at Revio", objectId === null ? "–" : <Copyable key="object" text={objectId} />],
          [
            "Calls about it",
            objectId === null ? (
              "–"
            ) : (
              <Link
                key="calls"
                href={`/webhooks?show=calls&object=${objectId}`}
                className="text-accent hover:underline"
              >
                Requests to Revio
              </Link>
            ),
          ],
        ]}
      />
    </Card>
  );
}

export function Signature({ webhook }: { webhook: Webhook }) {
  const { signature, isOurMode, expectedMode, deliveries, received, bodySha256 } = webhook;
  const mode = { true: "yes", false: "no", null: "unknown" }[String(isOurMode)];
  return (
    <Card title="Is it authentic?">
      <Facts
        facts={[
          [
            "Signature",
            <Badge key="signature" tone="good" icon={ShieldCheck}>
              Valid
            </Badge>,
          ],
          [
            "Key",
            <span key="key" className="flex flex-wrap items-center gap-2">
              <Copyable text={signature.keyId} shown={shortId(signature.keyId)} />
              {signature.isKeyConfigured ? (
                <Badge tone="good" icon={ShieldCheck}>
                  In use
                </Badge>
              ) : (
                <Badge tone="warn" icon={ShieldX}>
                  No longer taken
                </Badge>
              )}
            </span>,
          ],
          [
            "Mode",
            mode === "yes" ? (
              `${words(expectedMode)}, as this wallet`
            ) : (
              <Badge key="mode" tone="bad" icon={ShieldX}>
                {mode === "no" ? `Not ${expectedMode}` : "It does not say"}
              </Badge>
            ),
          ],
          [
            "Repeats",
            deliveries <= 1 ? (
              "None: it came once"
            ) : (
              <span key="repeats">
                {deliveries - 1}, first at{" "}
                <Time at={received.at(-1)?.receivedAt ?? webhook.receivedAt} />
              </span>
            ),
          ],
          [
            "SHA-256 of the body",
            <Copyable key="hash" text={bodySha256} shown={shortId(bodySha256)} />,
          ],
        ]}
      />
    </Card>
  );
}

export function Announced({ webhook }: { webhook: Webhook }) {
  const said = webhook.announced;
  return (
    <Card title="What it says">
      {said === null ? (
        <p>These bytes are no event that we know: it was put aside for people.</p>
      ) : (
        <Facts
          facts={[
            ["About", said.objectType ?? "Something"],
            ["Status", said.status === null ? "Not told" : words(said.status)],
            ["Steps in its history", said.statusHistoryLength?.toString() ?? "Not told"],
            ["As of", said.updatedOn === null ? "Not told" : <Time key="at" at={said.updatedOn} />],
            ["Reference", said.reference ?? "None"],
            [
              "Belongs to",
              said.relatedTo === null ? (
                "Nothing else"
              ) : (
                <span key="related" className="flex items-center gap-1">
                  {said.relatedTo.type}{" "}
                  <Copyable text={said.relatedTo.id} shown={shortId(said.relatedTo.id)} />
                </span>
              ),
            ],
          ]}
        />
      )}
    </Card>
  );
}
