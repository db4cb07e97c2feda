import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** An ErrorResponse and ReadyForQuery (idle), as PgBouncer in statement mode answers BEGIN. */
function refusal(): Buffer {
  const fields =
    "SERROR\0VERROR\0C08P01\0Mtransaction blocks not allowed in statement pooling mode\0\0";
  const error = Buffer.alloc(5);
  error.write("E");
  error.writeInt32BE(4 + Buffer.byteLength(fields), 1);
  return Buffer.concat([error, Buffer.from(fields), Buffer.from([0x5a, 0, 0, 0, 5, 0x49])]);
}

/**
 * What a client sees of PgBouncer. `statement`: database transactions are refused. `transaction`: the settings of the
 * session are dropped, as with ignore_startup_parameters = options.
 */
export async function startPoolerProxy(
  databaseUrl: string,
  mode: "statement" | "transaction",
): Promise<{ url: string; close(): Promise<void> }> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
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
      if (mode === "statement" && chunk.includes("BEGIN")) {
        client.write(refusal());
        return;
      }
      const options = chunk.indexOf("-c statement_timeout");
      // Spaces in its place: the length of the message stays.
      if (mode === "transaction" && options > 0)
        chunk.fill(" ", options, chunk.indexOf(0, options));
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => client.write(chunk));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.toString(),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
