import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";

const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));

/** The newest migration that this build was written for; readiness compares the database with it. */
function newestMigration(): string {
  const folder = new URL("../../packages/db/migrations", import.meta.url);
  const names = readdirSync(folder)
    .filter((name) => /^\d{14}_.*\.(sql|ts)$/.test(name))
    .sort();
  const newest = names.at(-1);
  if (newest === undefined) throw new Error("packages/db/migrations is empty");
  return newest.replace(/\.(sql|ts)$/, "");
}

/** No page of ours is ever shown in a browser, so everything is forbidden. */
const securityHeaders = [
  { key: "content-security-policy", value: "default-src 'none'; frame-ancestors 'none'" },
  { key: "strict-transport-security", value: "max-age=63072000; includeSubDomains" },
  { key: "x-content-type-options", value: "nosniff" },
  { key: "referrer-policy", value: "no-referrer" },
  { key: "cross-origin-opener-policy", value: "same-origin" },
  { key: "cross-origin-resource-policy", value: "same-origin" },
  // This wins over what a route sets; no-transform keeps proxies from holding back the events of a stream.
  { key: "cache-control", value: "no-store, no-transform" },
];

const config: NextConfig = {
  output: "standalone",
  outputFileTracingRoot: repositoryRoot,
  turbopack: { root: repositoryRoot },
  transpilePackages: [
    "@revio-wallet/core",
    "@revio-wallet/db",
    "@revio-wallet/revio-client",
    "@revio-wallet/web-server",
  ],
  serverExternalPackages: [
    "@prisma/adapter-pg",
    "@prisma/client",
    "@sentry/node",
    "pg",
    "pg-boss",
    "pino",
    // Bundled, it ends up with two copies of the class that says "limit reached", and `instanceof` misses it.
    "rate-limiter-flexible",
  ],
  env: { EXPECTED_SCHEMA_VERSION: newestMigration() },
  poweredByHeader: false,
  // Revio does not follow redirects, so an address with a slash at its end works as it is.
  skipTrailingSlashRedirect: true,
  productionBrowserSourceMaps: false,
  images: { unoptimized: true },
  // `turbo run typecheck` does that, for the tests too, which have no part in a build.
  typescript: { ignoreBuildErrors: true },
  // A compressing proxy may hold back events of a stream; answers here are small.
  compress: false,
  headers: () => Promise.resolve([{ source: "/:path*", headers: securityHeaders }]),
};

export default config;
