import { Pool, types } from "pg";

const int8 = 20;
const numeric = 1700;

/** 64-bit integers arrive as bigint; numeric stays text, for no amount may pass through a float. */
export const typeParsers = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (oid === int8 && format !== "binary") return BigInt;
    if (oid === numeric && format !== "binary") return String;
    return types.getTypeParser(oid, format);
  },
};

/** What a typed SQL function needs: a pool, or the client that holds a database transaction. */
export interface Queryable {
  query<Row extends object>(
    statement: string | PreparedStatement,
    values?: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** A statement that the server parses once per connection, by name: for the hot path. */
export interface PreparedStatement {
  name: string;
  text: string;
  values: unknown[];
}

/** Pool of the application role. Timeouts stand on the server side, where they also hold when this process hangs. */
export function createPool(options: {
  connectionString: string;
  max?: number;
  applicationName?: string;
  /** Told when an idle connection dies, as all do in a failover; the pool opens others. */
  onConnectionLost?: (error: Error) => void;
}): Pool {
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.max ?? 10,
    application_name: options.applicationName ?? "wallet",
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: typeParsers,
    options:
      "-c statement_timeout=15s -c lock_timeout=4s -c idle_in_transaction_session_timeout=20s -c timezone=UTC",
  });
  return survivingLostConnections(pool, options.onConnectionLost);
}

/**
 * Without a listener, the error event of a connection that dies ends the process. The pool listens while a connection is
 * idle, and whoever uses one has to; but "ready" and "terminated" can come in one packet, when nobody has yet had the time.
 * Whoever uses the connection finds out by its next statement.
 */
export function survivingLostConnections(
  pool: Pool,
  onConnectionLost?: (error: Error) => void,
): Pool {
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", (error) => {
    onConnectionLost?.(error);
  });
  return pool;
}
