import { inspect } from "node:util";
import { accountNumberPrefix, canaryCard, canaryPassword } from "../secrets.ts";
import type { World } from "../world.ts";

/** Cards of payers and of lies, account numbers, passwords, private keys, and addresses that move money by themselves. */
const secrets = new RegExp(
  [
    canaryCard,
    "4444[ -]?3333[ -]?2222[ -]?1111",
    `${accountNumberPrefix}\\d{3}`,
    canaryPassword,
    "PRIVATE KEY",
    "/po/[\\w-]{8}",
  ].join("|"),
);

/** I18: nothing secret leaves the database's ciphertext for a log line. */
export function checkLogged({ sandbox, violate }: World, message: string, fields: unknown): void {
  const text = `${message} ${inspect(fields, { depth: 8, maxStringLength: null })}`;
  if (text.includes(sandbox.apiKey)) violate("I18", `"${message}" is logged with Revio's API key`);
  const [found] = secrets.exec(text) ?? [];
  if (found !== undefined) violate("I18", `"${message}" is logged with ${found.slice(0, 4)}…`);
}

/** Columns in the clear that operators, queues and metrics read. */
const inTheClear = {
  "a job": "SELECT payload::text AS text FROM sim_jobs",
  "an audit event": "SELECT details::text AS text FROM audit_events",
  "a break": "SELECT evidence::text AS text FROM breaks",
  "a delivery": "SELECT headers::text AS text FROM provider_deliveries",
  "a run": "SELECT failure AS text FROM reconciliation_runs WHERE failure IS NOT NULL",
};

/** I18: nor for a column in the clear. */
export async function checkColumnsInTheClear({ database, violate }: World): Promise<void> {
  for (const [where, sql] of Object.entries(inTheClear)) {
    const { rows } = await database.superuser.query<{ text: string }>(sql);
    if (rows.some(({ text }) => secrets.test(text))) violate("I18", `${where} holds a secret`);
  }
}
