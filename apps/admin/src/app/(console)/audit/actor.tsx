import { Bot, Building2, CircleUserRound, type LucideIcon, ShieldCheck } from "lucide-react";
import { shortId } from "../../../components/copyable.tsx";
import { words } from "../../../components/status-badge.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";

type Event = Pick<
  RouterOutputs["audit"]["list"]["items"][number],
  "actorKind" | "actorId" | "actorName"
>;

const icons: Record<Event["actorKind"], LucideIcon> = {
  operator: ShieldCheck,
  user: CircleUserRound,
  system: Bot,
  provider: Building2,
};

/** Who did it: operators by name, users by id alone. */
export function Actor({ event: { actorKind, actorId, actorName } }: { event: Event }) {
  const Icon = icons[actorKind];
  const id = actorId === null || actorKind !== "user" ? actorId : shortId(actorId);
  return (
    <span className="inline-flex items-center gap-1.5">
      <Icon className="size-4 shrink-0 text-ink-faint" aria-hidden />
      <span>
        {words(actorKind)} {actorName ?? id}
      </span>
    </span>
  );
}
