import type { TestProject } from "vitest/node";
import { createTemplateDatabase } from "@revio-wallet/db/testing/create-template-database";
import { startPostgres } from "./embedded-postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser URL of this run's PostgreSQL server; tests clone the template database with it. */
    superuserUrl: string;
  }
}

/** vitest global setup of the `db` project: one server with a migrated template database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres({ persistent: false, durable: false });
  try {
    await createTemplateDatabase({ superuserUrl: postgres.superuserUrl });
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  project.provide("superuserUrl", postgres.superuserUrl);
  return () => postgres.stop();
}
