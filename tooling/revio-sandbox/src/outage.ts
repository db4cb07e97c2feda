import type { Server } from "node:http";
import type { Sandbox } from "./sandbox.ts";

const relistenDelayMs = 100;

/**
 * The provider is gone for a while. `refuse` closes the listener, so callers get ECONNREFUSED
 * (surely not sent) and the controls are gone too; `reset` accepts and cuts every connection
 * outside the controls.
 */
export function createOutage(
  server: Server,
  port: number,
  host: string,
  wake: Sandbox["wake"],
): Sandbox["outage"] {
  let timer: NodeJS.Timeout | undefined;
  let resetting = false;
  let closed = false;
  const relisten = (): void => {
    // Someone may have taken the port meanwhile: keep trying until it is free.
    server.once("error", () => {
      timer = setTimeout(relisten, relistenDelayMs);
    });
    server.listen(port, host, () => server.removeAllListeners("error"));
  };
  const end = (): void => {
    clearTimeout(timer);
    resetting = false;
    wake.deliveries();
    if (!closed) return;
    closed = false;
    relisten();
  };
  return {
    begin(seconds, how) {
      end();
      if (how === "reset") resetting = true;
      else {
        closed = true;
        server.close();
        server.closeAllConnections();
      }
      timer = setTimeout(end, seconds * 1000);
    },
    end,
    stop() {
      clearTimeout(timer);
      resetting = false;
    },
    isResetting: () => resetting,
    isDown: () => resetting || closed,
  };
}
