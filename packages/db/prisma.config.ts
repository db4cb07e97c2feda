import { defineConfig } from "prisma/config";

/** Prisma reads here; it never migrates (migrations/*.sql do), so no URL is needed. */
export default defineConfig({ schema: "prisma/schema.prisma" });
