import { checkDatabase, UnfitDatabase } from "@revio-wallet/db/check-database";
import { isClockFit } from "./check-clock.ts";
import type { Services } from "./context.ts";

/**
 * Refuses to work with a database of an older schema, through a proxy that does not keep sessions, or by another time. A database that
 * cannot be reached says nothing: the process waits for it, and is not ready until then.
 *
 * @throws UnfitDatabase with a sentence that says what to do
 */
export async function requireFitDatabase(
  services: Pick<Services, "pool" | "log">,
  expectedMigration: string | undefined,
): Promise<void> {
  try {
    const { unknownMigrations } = await checkDatabase(services.pool, expectedMigration);
    if (!(await isClockFit(services))) {
      throw new UnfitDatabase(
        "This host's clock and the database's differ by more than 30 s. Repair the time of the one that is wrong (docs/runbooks/database.md) before starting it.",
      );
    }
    if (unknownMigrations.length === 0) return;
    services.log.warn(
      { unknownMigrations },
      "the database is newer than this build; that is fine during a deployment, and no longer",
    );
  } catch (error) {
    if (error instanceof UnfitDatabase) throw error;
    services.log.warn({ error }, "the database cannot be checked yet");
  }
}
