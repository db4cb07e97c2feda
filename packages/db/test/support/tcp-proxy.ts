import { createServer, connect, type AddressInfo, type Socket } from "node:net";

/** A TCP proxy in front of PostgreSQL that can lose answers. */
export interface TcpProxy {
  /** The same database, through the proxy. */
  url: string;
  /** From now on: lets this message of the client through to the server, and cuts the line in place of the answer. */
  dropAnswerTo(text: string, times?: number): void;
  /** From now on: lets this message through, and keeps all answers to itself; the line stays open until `heal` cuts it. */
  holdAnswerTo(text: string, times?: number): void;
  /** From now on: cuts the line before this message of the client reaches the server. */
  dropMessage(text: string, times?: number): void;
  /** The next time the server says that it is ready: "terminated" comes in the same packet, and the line is cut behind it. */
  terminateWhenReady(): void;
  /** Loses nothing any more; lines that were held are cut. */
  heal(): void;
  close(): Promise<void>;
}

/** Before its last byte, which says whether a database transaction is open. */
const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5]);
/** What pg_terminate_backend makes the server send. */
const terminated = errorResponse(
  ["SFATAL", "VFATAL", "C57P01", "Mterminating connection due to administrator command"].join("\0"),
);

function errorResponse(fields: string): Buffer {
  const body = Buffer.from(`${fields}\0\0`);
  const head = Buffer.from("E\0\0\0\0");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const target = new URL(databaseUrl);
  let lose: { text: string; how: "answer" | "message" | "hold"; times: number } | undefined;
  let terminates = false;
  const held = new Set<Socket>();
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let answersLost = false;
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", cut);
      socket.on("error", cut);
    }
    client.on("data", (chunk) => {
      if (lose !== undefined && lose.times > 0 && chunk.includes(lose.text)) {
        lose.times--;
        if (lose.how === "message") return cut();
        if (lose.how === "hold") held.add(client);
        else answersLost = true;
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (terminates && chunk.subarray(-6, -1).equals(readyForQuery)) {
        terminates = false;
        client.end(Buffer.concat([chunk, terminated]));
        upstream.destroy();
      } else if (answersLost) cut();
      else if (!held.has(client)) client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.toString(),
    dropAnswerTo: (text, times = Infinity) => {
      lose = { text, how: "answer", times };
    },
    holdAnswerTo: (text, times = Infinity) => {
      lose = { text, how: "hold", times };
    },
    dropMessage: (text, times = Infinity) => {
      lose = { text, how: "message", times };
    },
    terminateWhenReady: () => {
      terminates = true;
    },
    heal: () => {
      lose = undefined;
      terminates = false;
      for (const socket of held) socket.destroy();
      held.clear();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
