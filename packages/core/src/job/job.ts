import type { JobRow } from "@revio-wallet/db/sql/jobs";

/** A background job as operators see it. */
export interface Job extends Omit<JobRow, "payload" | "place"> {
  /** Ids and numbers as they are; any other text is starred. */
  payload: Record<string, string | number | boolean | null>;
  isDeadLetter: boolean;
}

const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function toJob({ payload, place: _place, ...row }: JobRow): Job {
  return { ...row, payload: redact(payload), isDeadLetter: row.queue.endsWith(".dead") };
}

/** Payloads hold ids; what is none was put there by another version, and may be anything. */
function redact(payload: unknown): Job["payload"] {
  if (typeof payload !== "object" || payload === null) return {};
  const fields = Object.entries(payload).slice(0, 20);
  return Object.fromEntries(
    fields.map(([name, value]: [string, unknown]) => {
      if (value === null || typeof value === "number" || typeof value === "boolean")
        return [name, value];
      return [name, typeof value === "string" && id.test(value) ? value : "•••"];
    }),
  );
}
