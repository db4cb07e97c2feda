import { createServer } from "node:net";

export interface FindFreePortOptions {
  /** Called once, when the preferred port is taken, with the port used instead. */
  readonly onBusy?: (preferred: number, chosen: number) => void;
  /** Ports promised to someone who does not listen yet. */
  readonly reserved?: ReadonlySet<number>;
  /** How many ports above the preferred one to try. */
  readonly attempts?: number;
}

const highestPort = 65_535;

/**
 * Finds a loopback port that nobody listens on: the preferred one or the next free one above it.
 * `0` lets the operating system choose.
 *
 * The port is free when this returns; nothing holds it until the caller's server listens.
 * Throws when none of the ports tried is free.
 */
export async function findFreePort(
  preferred: number,
  { onBusy, reserved = new Set(), attempts = 100 }: FindFreePortOptions = {},
): Promise<number> {
  if (preferred === 0) return await freePortOfSystem(reserved);
  const last = Math.min(preferred + attempts, highestPort);
  for (let port = preferred; port <= last; port += 1) {
    if (reserved.has(port) || !(await isFree(port))) continue;
    if (port !== preferred) onBusy?.(preferred, port);
    return port;
  }
  throw new Error(
    `No free port between ${preferred} and ${last} on 127.0.0.1. Stop one of the programs that listen there.`,
  );
}

async function freePortOfSystem(reserved: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = await listenOnce("127.0.0.1", 0);
    if (port !== undefined && !reserved.has(port)) return port;
  }
}

/* `localhost` may mean ::1: a program that listens only there would still catch a browser. */
async function isFree(port: number): Promise<boolean> {
  return (
    (await listenOnce("127.0.0.1", port)) !== undefined &&
    (await listenOnce("::1", port)) !== undefined
  );
}

function listenOnce(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      // A machine without IPv6 has nobody listening on ::1.
      const noSuchAddress = error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT";
      resolve(noSuchAddress ? port : undefined);
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === "object" && address !== null ? address.port : undefined;
      server.close(() => resolve(chosen));
    });
  });
}
