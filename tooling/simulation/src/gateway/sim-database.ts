import { typeParsers } from "@revio-wallet/db/pool";
import { Client } from "pg";
import type { Strand, Waiting } from "../strand.ts";

/** A connection of the application role. One strand at a time holds it. */
export interface Connection {
  client: Client;
  pid: number;
  dead: boolean;
}

/** The real database of one run, with what the simulation has to know and do about its connections. */
export interface SimDatabase extends Waiting {
  acquire(): Promise<Connection>;
  giveBack(connection: Connection): void;
  /** Not to be used again; ended before anybody else moves. */
  giveUp(connection: Connection): void;
  /** Ends a connection and waits until the server has let go of everything that it held. */
  cut(connection: Connection): Promise<void>;
  cutStrand(strand: Strand): Promise<void>;
  /** The superuser's own connection, outside of the simulated world. */
  superuser: Client;
  /** Circles of waiting strands that were broken. */
  deadlocks(): number;
  /** True if this statement was cancelled to break a circle: the server would have said 40P01. */
  wasDeadlocked(pid: number): boolean;
  close(): Promise<void>;
}

// Time on the server must decide nothing: no statement, lock or pause runs out there.
const sessionOptions =
  "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c timezone=UTC";

/** Does this backend, through others, wait for itself? */
const circleSql = `
  WITH RECURSIVE reach(pid) AS (
    SELECT unnest(pg_blocking_pids($1)) UNION SELECT unnest(pg_blocking_pids(reach.pid)) FROM reach)
  SELECT EXISTS (SELECT 1 FROM reach WHERE pid = $1) AS circle`;

const waitingSql = {
  name: "waiting",
  text: "SELECT pid FROM unnest($1::int[]) AS w(pid) WHERE cardinality(pg_blocking_pids(pid)) > 0",
};

async function connect(connectionString: string): Promise<Connection> {
  const client = new Client({
    connectionString,
    types: typeParsers,
    options: sessionOptions,
    application_name: "simulation",
  });
  client.on("error", () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return { client, pid: rows[0]?.pid ?? 0, dead: false };
}

export async function openSimDatabase(urls: {
  appUrl: string;
  superuserUrl: string;
}): Promise<SimDatabase> {
  const superuser = new Client({ connectionString: urls.superuserUrl, types: typeParsers });
  await superuser.connect();
  const free: Connection[] = [];
  const all = new Set<Connection>();
  const givenUp: Connection[] = [];
  const victims = new Set<number>();
  let deadlocks = 0;

  const cut = async (connection: Connection): Promise<void> => {
    if (!all.delete(connection)) return;
    connection.dead = true;
    await superuser.query("SELECT pg_terminate_backend($1, 10000)", [connection.pid]);
    // The server has closed the socket; nothing is left to be said to it.
    connection.client.end().catch(() => undefined);
  };

  return {
    superuser,
    acquire: async () => {
      const known = free.pop();
      if (known !== undefined) return known;
      const connection = await connect(urls.appUrl);
      all.add(connection);
      return connection;
    },
    giveBack: (connection) => {
      if (connection.dead) return;
      free.push(connection);
    },
    giveUp: (connection) => {
      givenUp.push(connection);
    },
    cut,
    cutStrand: async (strand) => {
      const connection = [...all].find(({ pid }) => pid === strand.inFlight);
      if (connection !== undefined) await cut(connection);
    },
    waiting: async (pids) => {
      const { rows } = await superuser.query<{ pid: number }>({ ...waitingSql, values: [pids] });
      return new Set(rows.map(({ pid }) => pid));
    },
    onBlocked: async (strand) => {
      const pid = strand.inFlight ?? 0;
      if (victims.has(pid)) return true;
      const { rows } = await superuser.query<{ circle: boolean }>(circleSql, [pid]);
      if (rows[0]?.circle !== true) return false;
      deadlocks += 1;
      victims.add(pid);
      await superuser.query("SELECT pg_cancel_backend($1)", [pid]);
      return true;
    },
    afterStep: async () => {
      for (const connection of givenUp.splice(0)) await cut(connection);
    },
    deadlocks: () => deadlocks,
    wasDeadlocked: (pid) => victims.delete(pid),
    close: async () => {
      await Promise.all([...all].map(({ client }) => client.end().catch(() => undefined)));
      await superuser.end();
    },
  };
}
