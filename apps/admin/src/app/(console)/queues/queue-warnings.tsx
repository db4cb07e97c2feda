import { CircleCheck, Hourglass, Skull, Unplug } from "lucide-react";
import { Badge } from "../../../components/ui/badge.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";

type Queue = RouterOutputs["queue"]["list"]["queues"][number];

/** What is wrong with a queue, or that nothing is. */
export function QueueWarnings({ queue }: { queue: Queue }) {
  if (queue.warnings.length === 0) {
    return (
      <Badge tone="good" icon={CircleCheck}>
        Healthy
      </Badge>
    );
  }
  return (
    <span className="flex flex-wrap gap-1">
      {queue.warnings.map((warning) => (
        <Warning key={warning} warning={warning} />
      ))}
    </span>
  );
}

function Warning({ warning }: { warning: Queue["warnings"][number] }) {
  switch (warning) {
    case "no_worker":
      return (
        <Badge tone="bad" icon={Unplug}>
          No worker
        </Badge>
      );
    case "late":
      return (
        <Badge tone="warn" icon={Hourglass}>
          Late
        </Badge>
      );
    default:
      return (
        <Badge tone="warn" icon={Skull}>
          Dead letters
        </Badge>
      );
  }
}
