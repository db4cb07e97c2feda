/** What an audited change did to one field. */
export interface AuditedChange {
  /** "status"; for `from` and `to` alone: "value". */
  field: string;
  before: unknown;
  after: unknown;
}

const first = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/**
 * Before and after of the fields that changed, from the names that details have: `from` and `to`; `fromStatus` and `toStatus`;
 * `statusBefore` and `statusAfter`; or the objects `before` and `after`. Everything else is told beside it.
 */
export function changesOf(details: Record<string, unknown>): {
  changes: AuditedChange[];
  rest: Record<string, unknown>;
} {
  const before = new Map<string, unknown>();
  const after = new Map<string, unknown>();
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    const side = sideOf(name, details);
    if (side === undefined) {
      rest[name] = value;
      continue;
    }
    const fields = side.isBefore ? before : after;
    for (const [field, one] of fieldsOf(side, value)) fields.set(field, one);
  }
  const fields = [...new Set([...before.keys(), ...after.keys()])];
  const changes = fields.map((field) => ({
    field,
    before: before.get(field) ?? null,
    after: after.get(field) ?? null,
  }));
  return { changes, rest };
}

interface Side {
  isBefore: boolean;
  /** Undefined: the value has several. */
  field: string | undefined;
}

/** Undefined where the other side is missing: such a name only looks like one. */
function sideOf(name: string, details: Record<string, unknown>): Side | undefined {
  const pairs: [RegExp, boolean, (rest: string) => string][] = [
    [/^from([A-Z]\w*)?$/, true, (rest) => `to${rest}`],
    [/^to([A-Z]\w*)?$/, false, (rest) => `from${rest}`],
    [/^(\w+)Before$/, true, (rest) => `${rest}After`],
    [/^(\w+)After$/, false, (rest) => `${rest}Before`],
  ];
  if (name === "before" && "after" in details) return { isBefore: true, field: undefined };
  if (name === "after" && "before" in details) return { isBefore: false, field: undefined };
  for (const [pattern, isBefore, otherOf] of pairs) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const rest = match[1] ?? "";
    const field = rest === "" ? "value" : first(rest);
    return otherOf(rest) in details ? { isBefore, field } : undefined;
  }
  return undefined;
}

/** `before: { role: "viewer" }` tells of its fields. */
function fieldsOf({ field }: Side, value: unknown): [string, unknown][] {
  if (field !== undefined) return [[field, value]];
  return typeof value === "object" && value !== null ? Object.entries(value) : [["value", value]];
}
