import type { Violation } from "../workload/history.ts";

export interface LogText {
  readonly name: string;
  readonly text: string;
}

/** What a process writes when it met something that nobody had foreseen. */
const alarms: readonly { readonly rule: string; readonly pattern: RegExp }[] = [
  {
    rule: "unhandled",
    pattern: /unhandled ?(promise ?)?rejection|uncaught ?exception|Unhandled '?error'? event/i,
  },
  { rule: "unhandled", pattern: /InvariantViolation|Assertion(Error| failed)/ },
  { rule: "unhandled", pattern: /JavaScript heap out of memory|MaxListenersExceededWarning/ },
];

/** PostgreSQL's own worst words; a killed server says none of them. */
const serverAlarms: readonly { readonly rule: string; readonly pattern: RegExp }[] = [
  { rule: "server-panic", pattern: /\bPANIC\b|TRAP:|invalid page|could not read block/ },
];

/** Logs of our processes and of PostgreSQL: free of alarms, and free of what must never be in a log. */
export function checkLogs(
  processes: readonly LogText[],
  server: LogText,
  canaries: readonly string[],
): Violation[] {
  return [
    ...processes.flatMap((log) => [...findAlarms(log, alarms), ...findCanaries(log, canaries)]),
    ...findAlarms(server, serverAlarms),
    ...findCanaries(server, canaries),
  ];
}

function findAlarms({ name, text }: LogText, known: typeof alarms): Violation[] {
  const lines = text.split("\n");
  return known.flatMap(({ rule, pattern }) => {
    const line = lines.find((each) => pattern.test(each));
    return line === undefined ? [] : [{ rule, subject: name, detail: line.slice(0, 400) }];
  });
}

/** Names the file, never the secret. */
function findCanaries({ name, text }: LogText, canaries: readonly string[]): Violation[] {
  const found = canaries.filter((canary) => canary.length >= 8 && text.includes(canary));
  if (found.length === 0) return [];
  return [{ rule: "secret-in-log", subject: name, detail: `${found.length} secrets in the log` }];
}
