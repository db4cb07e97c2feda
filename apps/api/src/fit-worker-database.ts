import { newestMigration } from "@revio-wallet/db/newest-migration";
import type { Services } from "./context.ts";
import { requireFitDatabase } from "./fit-database.ts";

/**
 * The worker runs from its sources, so the newest migration beside them is what it was written for. (The web process is a
 * build, which has that name in it.)
 *
 * @throws UnfitDatabase with a sentence that says what to do
 */
export async function requireFitWorkerDatabase(
  services: Pick<Services, "pool" | "log">,
): Promise<void> {
  await requireFitDatabase(services, newestMigration());
}
