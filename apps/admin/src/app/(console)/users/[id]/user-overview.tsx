"use client";
import Link from "next/link";
import { Reveal } from "../../../../components/act/reveal.tsx";
import { Copyable } from "../../../../components/copyable.tsx";
import { Facts } from "../../../../components/facts.tsx";
import { StatusBadge, words } from "../../../../components/status-badge.tsx";
import { Age, Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { useMay } from "../../../../auth/session-provider.tsx";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";
import { UserBalances } from "./user-balances.tsx";
import type { User } from "./user-actions.tsx";

export function UserOverview({ user }: { user: User }) {
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Profile user={user} />
      <UserBalances user={user} />
      <Transactions user={user} />
      <OpenBreaks user={user} />
    </div>
  );
}

function Profile({ user }: { user: User }) {
  const api = useTRPCClient();
  const mayReveal = useMay("users.reveal");
  const { contact } = user;
  return (
    <Card title="Profile">
      <Facts
        facts={[
          ["Name", contact?.fullName ?? <Badge tone="bad">Cannot be opened</Badge>],
          ["E-mail", contact?.email ?? <Badge tone="bad">Cannot be opened</Badge>],
          ["Telephone", contact === null ? "–" : (contact.phone ?? "None given")],
          ["Registered", <Time key="at" at={user.createdAt} />],
          ["Second factor", user.totpEnabled ? "Authenticator app" : "None"],
          ["Status", <Change key="status" change={user.statusChange} none="As registered" />],
          ["Outgoing money", <Frozen key="money" user={user} />],
        ]}
      />
      {mayReveal && contact !== null && (
        <div className="mt-4 border-t pt-4">
          <Reveal
            what="name, e-mail and telephone number"
            of={`contact ${user.id}`}
            send={(reason) => api.user.reveal.mutate({ userId: user.id, reason })}
          >
            {({ fullName, email, phone }) => (
              <Facts
                facts={[
                  ["Name", fullName],
                  ["E-mail", <Copyable key="email" text={email} label="Copy" />],
                  [
                    "Telephone",
                    phone === null ? "None given" : <Copyable key="phone" text={phone} />,
                  ],
                ]}
              />
            )}
          </Reveal>
        </div>
      )}
    </Card>
  );
}

function Frozen({ user }: { user: User }) {
  if (user.outgoingFrozenAt === null) return "May leave";
  if (user.freeze !== null) return <Change change={user.freeze} none="" />;
  return (
    <>
      Frozen since <Time at={user.outgoingFrozenAt} />: {user.outgoingFrozenReason}
    </>
  );
}

/** What was done, by whom, when and why. */
function Change({ change, none }: { change: User["statusChange"]; none: string }) {
  if (change === null) return none;
  const { action, actorKind, actorId, actorName, at, reason } = change;
  return (
    <>
      {words(action.slice(action.indexOf(".") + 1))} by{" "}
      {actorKind === "operator" && actorId !== null ? (
        <Link href={`/operators/${actorId}`} className="text-accent underline">
          {actorName ?? actorId}
        </Link>
      ) : (
        `the ${actorKind}`
      )}
      , <Time at={at} />
      {reason !== null && <span className="block text-xs text-ink-soft">“{reason}”</span>}
    </>
  );
}

function Transactions({ user }: { user: User }) {
  return (
    <Card
      title="Transactions"
      actions={
        <Link
          href={`/transactions?user=${user.id}`}
          className="text-sm text-accent hover:underline"
        >
          All of this user
        </Link>
      }
    >
      {user.transactions.length === 0 ? (
        <p className="text-ink-soft">None yet.</p>
      ) : (
        <table className="w-full text-sm">
          <thead className="text-left text-xs text-ink-soft">
            <tr>
              <th scope="col" className="pb-1.5 font-medium">
                Kind
              </th>
              <th scope="col" className="pb-1.5 font-medium">
                Status
              </th>
              <th scope="col" className="pb-1.5 text-right font-medium">
                Number
              </th>
            </tr>
          </thead>
          <tbody>
            {user.transactions.map(({ kind, status, count }) => (
              <tr key={`${kind} ${status}`}>
                <td className="border-t py-1.5">{words(kind)}</td>
                <td className="border-t py-1.5">
                  <StatusBadge of="transaction" status={status} />
                </td>
                <td className="tabular border-t py-1.5 text-right">{count.toString()}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function OpenBreaks({ user }: { user: User }) {
  return (
    <Card title="Open breaks">
      {user.openBreaks.length === 0 ? (
        <p className="text-ink-soft">Nothing differs for this user.</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {user.openBreaks.map((found) => (
            <li key={found.id} className="flex flex-wrap items-center gap-2">
              <StatusBadge of="severity" status={found.severity} />
              <Link
                href={`/reconciliation/breaks/${found.id}`}
                className="min-w-0 flex-1 truncate text-accent hover:underline"
              >
                {words(found.class)} <span className="text-ink-soft">{found.subject}</span>
              </Link>
              <span className="text-xs text-ink-soft">
                <Age since={found.openedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
