import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleSlash,
  CircleX,
  Clock,
  Hourglass,
  type LucideIcon,
  Undo2,
  UserCheck,
} from "lucide-react";
import { Badge, type Tone } from "./ui/badge.tsx";

type Look = readonly [word: string, tone: Tone, icon: LucideIcon];

const done = (word: string): Look => [word, "good", CircleCheck];
const underWay = (word: string): Look => [word, "info", CircleDashed];
const waits = (word: string): Look => [word, "warn", Hourglass];
const over = (word: string): Look => [word, "neutral", CircleSlash];
const wrong = (word: string): Look => [word, "bad", CircleX];

/** One look per status, wherever it is shown. */
const looks = {
  transaction: {
    created: underWay("Created"),
    awaiting_payment: ["Awaiting payment", "info", Clock],
    in_review: ["In review", "warn", CircleAlert],
    awaiting_approval: ["Awaiting approval", "warn", UserCheck],
    queued: underWay("Queued"),
    processing: underWay("Processing"),
    in_doubt: ["In doubt", "warn", CircleHelp],
    completed: done("Completed"),
    failed: wrong("Failed"),
    expired: over("Expired"),
    cancelled: over("Cancelled"),
    rejected: wrong("Rejected"),
    returned: ["Returned", "warn", Undo2],
    reversed: ["Reversed", "neutral", Undo2],
  },
  break: { open: ["Open", "warn", CircleAlert], resolved: done("Resolved") },
  severity: {
    notice: ["Notice", "neutral", CircleAlert],
    warning: ["Warning", "warn", CircleAlert],
    critical: ["Critical", "bad", CircleAlert],
  },
  approval: {
    requested: waits("Waiting"),
    approved: done("Approved"),
    rejected: wrong("Rejected"),
    withdrawn: over("Withdrawn"),
    expired: over("Expired"),
  },
  provider_event: {
    received: underWay("Received"),
    applied: done("Applied"),
    ignored: over("Ignored"),
    parked: ["Parked", "warn", CircleAlert],
  },
  delivery: {
    accepted: done("Accepted"),
    duplicate: over("Duplicate"),
    invalid_signature: wrong("Invalid signature"),
    unreadable: wrong("Unreadable"),
    wrong_mode: wrong("Wrong mode"),
    refused: wrong("Refused"),
  },
  run: { running: underWay("Running"), completed: done("Completed"), failed: wrong("Failed") },
  user: {
    active: done("Active"),
    suspended: ["Suspended", "warn", CircleSlash],
    closed: over("Closed"),
  },
  operator: { active: done("Active"), suspended: ["Suspended", "warn", CircleSlash] },
} as const satisfies Record<string, Record<string, Look>>;

export type StatusOf = keyof typeof looks;

/** The status of something: word, sign and colour, the same on every page. */
export function StatusBadge({ of, status }: { of: StatusOf; status: string }) {
  const [word, tone, icon] = (looks[of] as Record<string, Look>)[status] ?? [
    words(status),
    "neutral",
    CircleHelp,
  ];
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  );
}

/** "amount_mismatch" → "Amount mismatch", for words that the API gives as stable codes. */
export function words(code: string): string {
  const text = code.replaceAll(/[_.-]+/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
