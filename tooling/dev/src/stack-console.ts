import { join } from "node:path";
import { checkUrl, type ManagedServer, startServer } from "./managed-server.ts";
import type { StackSecrets } from "./stack-secrets.ts";

/** The operators' console, from its build in `folder`. */
export async function startConsole(around: {
  readonly port: number;
  readonly consoleUrl: string;
  readonly apiUrl: string;
  readonly folder: string;
  readonly logFolder: string;
  readonly secrets: StackSecrets;
}): Promise<ManagedServer> {
  const { port, consoleUrl, apiUrl, folder, logFolder, secrets } = around;
  return await startServer({
    name: "console",
    command: ["node", join(folder, "apps/admin/server.js")],
    variables: {
      NODE_ENV: "production",
      HOSTNAME: "127.0.0.1",
      PORT: String(port),
      API_URL: apiUrl,
      INTERNAL_API_TOKEN: secrets.internalApiToken,
      NEXTAUTH_URL: consoleUrl,
      NEXTAUTH_SECRET: secrets.consoleSecret,
      ENVIRONMENT_NAME: "local",
    },
    logFolder,
    check: () => checkUrl(`http://127.0.0.1:${port}/health/ready`),
  });
}
