import { writeFile } from "node:fs/promises";
import { dumpSchema } from "./dump-schema.ts";
import { lockMigrations } from "./read-migrations.ts";

// Entry point of `pnpm --filter @revio-wallet/db schema:dump`: run it after adding a migration.
await writeFile(new URL("../../schema.sql", import.meta.url), await dumpSchema());
await writeFile(new URL("../../migrations.lock", import.meta.url), await lockMigrations());
