import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { CommitWatcher } from "./commit-watcher.ts";
import { Flow, type LineState } from "./flow.ts";

export interface FaultProxy {
  /** Where clients connect: the one address that never changes. */
  readonly port: number;
  setLine(state: LineState): void;
  /** Resets every open connection. @returns how many there were */
  cutAll(): number;
  /** The next pieces of data from the server arrive halfway, then their connections are cut. */
  cutMidStream(times: number): void;
  /**
   * The next COMMITs of clients: `answer` hands the message on and cuts the client's line before the server has answered;
   * `message` cuts the line before the server hears of it.
   */
  loseCommits(times: number, what: "answer" | "message"): void;
  /** How many COMMITs were lost so far. */
  lostCommits(): number;
  close(): Promise<void>;
}

interface Plan {
  line: LineState;
  midStreamCuts: number;
  commitLosses: number;
  lose: "answer" | "message";
  lost: number;
}

interface Line {
  cut(): void;
  changed(): void;
}

/**
 * A TCP proxy on one edge of the system. `target` is asked for each connection, so that the same address leads to a new
 * primary after a failover, or to one process after the other.
 */
export async function startFaultProxy(options: {
  readonly target: () => number;
  readonly protocol: "postgres" | "http";
}): Promise<FaultProxy> {
  const plan: Plan = {
    line: { kind: "clear" },
    midStreamCuts: 0,
    commitLosses: 0,
    lose: "answer",
    lost: 0,
  };
  const lines = new Set<Line>();
  const server = createServer({ noDelay: true }, (client) => {
    const line = openLine(client, options, plan, () => lines.delete(line));
    lines.add(line);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const cutAll = (): number => {
    const open = [...lines];
    for (const line of open) line.cut();
    return open.length;
  };
  return {
    port,
    setLine(state) {
      plan.line = state;
      if (state.kind === "refuse") {
        server.close();
        cutAll();
      } else if (!server.listening) {
        listenAgain(server, port, () => plan.line.kind !== "refuse");
      }
      for (const line of lines) line.changed();
    },
    cutAll,
    cutMidStream(times) {
      plan.midStreamCuts = times;
    },
    loseCommits(times, what) {
      plan.commitLosses = times;
      plan.lose = what;
    },
    lostCommits: () => plan.lost,
    async close() {
      plan.line = { kind: "refuse" };
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      cutAll();
      await closed;
    },
  };
}

/** Somebody's outgoing connection may have been given the port meanwhile: tries until it is free. */
function listenAgain(server: Server, port: number, isWanted: () => boolean): void {
  if (!isWanted() || server.listening) return;
  server.removeAllListeners("error");
  server.once("error", () => {
    setTimeout(() => listenAgain(server, port, isWanted), 50);
  });
  server.listen(port, "127.0.0.1");
}

function openLine(
  client: Socket,
  { target, protocol }: { readonly target: () => number; readonly protocol: "postgres" | "http" },
  plan: Plan,
  onEnd: () => void,
): Line {
  const upstream = connect({ port: target(), host: "127.0.0.1", noDelay: true });
  const watcher = protocol === "postgres" ? new CommitWatcher() : undefined;
  const up = new Flow(client, upstream, () => plan.line);
  const down = new Flow(upstream, client, () => plan.line);
  let answersAreLost = false;

  const end = (how: "reset" | "close"): void => {
    onEnd();
    up.stop();
    down.stop();
    for (const socket of [client, upstream]) {
      if (how === "reset") socket.resetAndDestroy();
      else socket.destroy();
    }
  };
  for (const [socket, flow] of [
    [client, up],
    [upstream, down],
  ] as const) {
    socket.on("error", () => {});
    socket.on("end", () => flow.finish());
    socket.on("close", (failed) => {
      // The server still has to read and carry out what it was sent before the client's line was cut.
      if (socket === client && answersAreLost) return;
      if (failed) end("close");
      else if (client.destroyed && upstream.destroyed) onEnd();
      else flow.finish();
    });
  }

  client.on("data", (chunk: Buffer) => {
    if (watcher?.sees(chunk) === true && plan.commitLosses > 0) {
      plan.commitLosses -= 1;
      plan.lost += 1;
      if (plan.lose === "message") return end("reset");
      answersAreLost = true;
      upstream.write(chunk, () => client.resetAndDestroy());
      return;
    }
    up.push(chunk);
  });
  upstream.on("data", (chunk: Buffer) => {
    // The answer is here, so the database transaction is committed; nobody hears of it.
    if (answersAreLost) return end("close");
    if (plan.midStreamCuts > 0) {
      plan.midStreamCuts -= 1;
      client.write(chunk.subarray(0, chunk.length >> 1), () => end("reset"));
      return;
    }
    down.push(chunk);
  });
  return {
    cut: () => end("reset"),
    changed: () => {
      up.changed();
      down.changed();
    },
  };
}
