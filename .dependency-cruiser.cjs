/** The import rules of ARCHITECTURE.md. Each comment says where the code belongs instead. */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or miss a third that both can read.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "revio-client-stands-alone",
      comment:
        "The client knows Revio's contract and nothing of ours. What it means for us belongs to packages/core/src/revio.",
      severity: "error",
      from: { path: "^packages/revio-client/src" },
      to: { path: "^(apps|packages/(core|db|api-client)|tooling)/" },
    },
    {
      name: "db-knows-no-domain",
      comment: "packages/db holds SQL and its row types. Rules belong to packages/core.",
      severity: "error",
      from: { path: "^packages/db/src" },
      to: { path: "^(apps|packages/(core|revio-client|api-client)|tooling)/" },
    },
    {
      name: "core-knows-no-app",
      comment:
        "Core is called by apps. What it needs of them is a port in context.ts; HTTP, tRPC and the queue stay in apps/api.",
      severity: "error",
      from: { path: "^packages/core/src" },
      to: {
        path: "^(apps|tooling|packages/api-client)/|node_modules/(next|react|@trpc|pg-boss|pino|@sentry)/",
      },
    },
    {
      name: "only-revio-folder-speaks-to-revio",
      comment:
        "Purchases and payouts are Revio's words: translate them in core/src/revio, hand deposits and withdrawals on.",
      severity: "error",
      from: { path: "^packages/core/src", pathNot: "^packages/core/src/revio/" },
      to: { path: "^packages/revio-client/" },
    },
    {
      name: "revio-folder-is-on-top",
      comment:
        "core/src/revio imports all of core; nothing in core imports it. Move what you need down, or call from the app.",
      severity: "error",
      from: { path: "^packages/core/src", pathNot: "^packages/core/src/revio/" },
      to: { path: "^packages/core/src/revio/" },
    },
    {
      name: "ledger-knows-no-product",
      comment:
        "The ledger knows accounts and entries, no deposit or withdrawal. Give a posting rule plain values.",
      severity: "error",
      from: { path: "^packages/core/src/ledger/" },
      to: { path: "^packages/core/src/(?!ledger/|money\\.ts|ids\\.ts|errors\\.ts|context\\.ts)" },
    },
    {
      name: "deposit-and-withdrawal-are-strangers",
      comment: "What both need belongs to transaction/, ledger/ or user/.",
      severity: "error",
      from: { path: "^packages/core/src/deposit/" },
      to: { path: "^packages/core/src/(withdrawal|approval)/" },
    },
    {
      name: "withdrawal-and-deposit-are-strangers",
      comment: "What both need belongs to transaction/, ledger/ or user/.",
      severity: "error",
      from: { path: "^packages/core/src/withdrawal/" },
      to: { path: "^packages/core/src/(deposit|approval)/" },
    },
    {
      name: "pure-files-stay-pure",
      comment:
        "Posting rules and status machines are functions of their arguments: no database, no context.",
      severity: "error",
      from: {
        path: "^packages/core/src/(ledger/posting-rules/|ledger/(chart-of-accounts|journal-entry)\\.ts|transaction/transaction-status\\.ts|reconciliation/(csv-rows|parse-decimal|parse-statement|match-statement-line|float-excess)\\.ts|approval/adjustable-accounts\\.ts|money\\.ts)",
      },
      to: { path: "^packages/(db|revio-client)/|context\\.ts$|^node:" },
    },
    {
      name: "only-the-composition-root-builds-clients",
      comment:
        "Procedures, routes and jobs get what they need from the context. Build it in apps/api/src/context.ts.",
      severity: "error",
      from: { path: "^apps/api/src/(app|trpc|worker)/" },
      to: {
        path: "^packages/(revio-client|db)/|node_modules/(pg|@prisma)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "api-client-takes-types-only",
      comment: "What a partner installs holds no server code.",
      severity: "error",
      from: { path: "^packages/api-client/src" },
      to: { path: "^(apps|packages/(core|db|revio-client))/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "console-takes-types-only",
      comment:
        "The console knows the API's router by its types, and the database not at all. What a page needs is a procedure.",
      severity: "error",
      from: { path: "^apps/admin/src" },
      to: {
        path: "^(apps/api|packages/(core|db|revio-client)|tooling)/|node_modules/(pg|@prisma)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "console-holds-its-session-on-the-server",
      comment:
        "The session's token never reaches a browser: keep it in src/auth, src/trpc/api-client.ts and route handlers.",
      severity: "error",
      from: { path: "^apps/admin/src/components" },
      to: {
        path: "^apps/admin/src/(auth/(session-cookie|auth-options)|trpc/api-client|env)\\.ts$",
      },
    },
    {
      name: "sandbox-shares-nothing",
      comment:
        "The sandbox is the judge in tests: with our code in it, it would repeat our mistakes.",
      severity: "error",
      from: { path: "^tooling/revio-sandbox/src" },
      to: { path: "^(apps|packages)/" },
    },
    {
      name: "no-undeclared-dependency",
      comment: "Declare it in the package.json of the package that imports it.",
      severity: "error",
      from: { path: "^(apps|packages|tooling)/[^/]+/src" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-unresolved",
      comment: "The import leads nowhere: a typing mistake, or a missing export in package.json.",
      severity: "error",
      from: { pathNot: "generated" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(\\.next|dist|generated|test-output|node_modules)/|next-env\\.d\\.ts$" },
    tsPreCompilationDeps: "specify",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "node", "default"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
    },
  },
};
