import { guardHttpServer } from "@revio-wallet/web-server/guard-http-server";
import { readEnv } from "./env.ts";

let isStopping = false;

/** Reads the environment; a process that cannot work ends here, with the reason in one message. */
export function startConsole(): void {
  try {
    const { TRUSTED_PROXY_HOPS } = readEnv();
    guardHttpServer({
      trustedProxyHops: TRUSTED_PROXY_HOPS,
      isStopping: () => isStopping,
      hasPages: true,
    });
  } catch (error) {
    process.stderr.write(
      `The console cannot start: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exit(1);
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      isStopping = true;
    });
  }
}
