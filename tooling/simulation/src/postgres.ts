import { createTemplateDatabase } from "@revio-wallet/db/testing/create-template-database";
import { startPostgres } from "@revio-wallet/dev/embedded-postgres";
import { createTemplate, type Template } from "./template.ts";

/**
 * A server of our own with the template. The server's deadlock check counts real milliseconds: it sleeps here, and the
 * simulation finds circles itself, the moment they close.
 */
export async function withTemplate<Value>(work: (template: Template) => Promise<Value>) {
  const postgres = await startPostgres({
    persistent: false,
    durable: false,
    extraFlags: ["-c", "deadlock_timeout=600s", "-c", "autovacuum=off"],
  });
  try {
    await createTemplateDatabase({ superuserUrl: postgres.superuserUrl });
    return await work(await createTemplate(postgres.superuserUrl));
  } finally {
    await postgres.stop();
  }
}
