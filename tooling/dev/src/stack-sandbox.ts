import { join } from "node:path";
import { checkUrl, startServer, type ManagedServer } from "./managed-server.ts";
import { registerWebhook, type RegisteredWebhook } from "./register-webhook.ts";

/** One brand per local stack; the value means nothing. */
export const sandboxBrandId = "5f3d1c52-8e0b-4f5c-9a55-6d1a4a6c0b01";

export interface StackSandbox {
  readonly server: ManagedServer;
  readonly url: string;
  /** Base of the emulated API, as in `http://127.0.0.1:4010/api/v1`. */
  readonly apiUrl: string;
  readonly webhook: RegisteredWebhook;
}

/** Starts the Revio sandbox and registers our webhook there, as one does once on a real account. */
export async function startSandboxServer(options: {
  readonly port: number;
  readonly dataDir: string;
  readonly logFolder: string;
  readonly apiKey: string;
  /** Where our API takes Revio's webhooks. */
  readonly callback: string;
  /** How many times shorter the sandbox's waits are than Revio's. */
  readonly timeScale: number;
  /** Origin of the addresses that Revio gives out, if not the sandbox's own: something stands in front of it. */
  readonly publicUrl?: string;
}): Promise<StackSandbox> {
  const { port, dataDir, logFolder, apiKey, callback, timeScale, publicUrl } = options;
  const url = `http://127.0.0.1:${port}`;
  const apiUrl = `${url}/api/v1`;
  const server = await startServer({
    name: "sandbox",
    command: [
      "node",
      "tooling/revio-sandbox/src/main.ts",
      `--port=${port}`,
      `--data=${join(dataDir, "sandbox")}`,
      `--time-scale=${timeScale}`,
      ...(publicUrl === undefined ? [] : [`--public-url=${publicUrl}`]),
    ],
    variables: { REVIO_SANDBOX_API_KEY: apiKey, REVIO_SANDBOX_BRAND_ID: sandboxBrandId },
    logFolder,
    check: () => checkUrl(`${apiUrl}/public_key/`, apiKey),
  });
  try {
    return { server, url, apiUrl, webhook: await registerWebhook({ apiUrl, apiKey, callback }) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
