import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startSandbox, type SandboxOptions } from "./start-sandbox.ts";

const usage = `Usage: node tooling/revio-sandbox/src/main.ts [options]

  --port N                 default 4010, or REVIO_SANDBOX_PORT; 0 takes any free port
  --host ADDRESS           default 127.0.0.1
  --data DIR               keeps its state in DIR/revio-sandbox.sqlite; without it, in memory
  --public-url URL         origin in checkout, execution and download URLs
  --api-key KEY            test key, or REVIO_SANDBOX_API_KEY
  --live-api-key KEY       live key, or REVIO_SANDBOX_LIVE_API_KEY
  --brand-id UUID          or REVIO_SANDBOX_BRAND_ID
  --time-scale N           waits (retries, bank delays, refund guard) are N times shorter
  --seed TEXT              repeatable ids
  --payout-funds-minor N   funds before the first payment, in cents
`;

const options = {
  port: { type: "string" },
  host: { type: "string" },
  data: { type: "string" },
  "public-url": { type: "string" },
  "api-key": { type: "string" },
  "live-api-key": { type: "string" },
  "brand-id": { type: "string" },
  "time-scale": { type: "string" },
  seed: { type: "string" },
  "payout-funds-minor": { type: "string" },
  help: { type: "boolean" },
} as const;

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(number) || number < 0) {
    throw new Error(`--${name} must be a whole number, not ${JSON.stringify(text)}`);
  }
  return number;
}

function readOptions(): SandboxOptions | undefined {
  const { values } = parseArgs({ options });
  if (values.help) return undefined;
  const { env } = process;
  const testKey = values["api-key"] ?? env.REVIO_SANDBOX_API_KEY;
  const liveKey = values["live-api-key"] ?? env.REVIO_SANDBOX_LIVE_API_KEY;
  const brandId = values["brand-id"] ?? env.REVIO_SANDBOX_BRAND_ID;
  if (values.data) mkdirSync(values.data, { recursive: true });
  return {
    port: wholeNumber("port", values.port ?? env.REVIO_SANDBOX_PORT ?? "4010"),
    databaseFile: values.data ? join(values.data, "revio-sandbox.sqlite") : ":memory:",
    ...(values.host ? { host: values.host } : {}),
    ...(values["public-url"] ? { publicUrl: values["public-url"] } : {}),
    ...(testKey ? { apiKeys: { test: testKey, live: liveKey ?? `${testKey}-live` } } : {}),
    ...(brandId ? { brandId } : {}),
    ...(values["time-scale"] ? { timeScale: wholeNumber("time-scale", values["time-scale"]) } : {}),
    ...(values.seed ? { seed: values.seed } : {}),
    ...(values["payout-funds-minor"]
      ? { payoutFundsMinor: wholeNumber("payout-funds-minor", values["payout-funds-minor"]) }
      : {}),
  };
}

async function serve(sandboxOptions: SandboxOptions): Promise<void> {
  const sandbox = await startSandbox(sandboxOptions);
  console.log(`revio-sandbox ready ${sandbox.url}`);
  const stop = (): void => {
    void sandbox.close().finally(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

try {
  const read = readOptions();
  if (read) await serve(read);
  else process.stdout.write(usage);
} catch (error) {
  console.error(`revio-sandbox: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
