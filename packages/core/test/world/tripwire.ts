import { AsyncLocalStorage } from "node:async_hooks";
import type { RevioClient } from "@revio-wallet/revio-client/create-revio-client";
import type { Pool, PoolClient } from "pg";

/** The process is gone: it was killed at a yield point, and nothing that it holds does anything any more. */
class Killed extends Error {
  override readonly name = "Killed";
}

/** One process of the wallet: where it may be killed, and what it has passed. */
export interface Process {
  /** Every place that it has passed: before and after each statement and each provider call. */
  points: string[];
  /** Dies at this point, counted from 0; undefined lives. */
  killAt: number | undefined;
  dead: boolean;
}

export function newProcess(killAt?: number): Process {
  return { points: [], killAt, dead: false };
}

function pass(process: Process, point: string): void {
  if (process.dead) throw new Killed(`dead before ${point}`);
  process.points.push(point);
  if (process.points.length - 1 !== process.killAt) return;
  process.dead = true;
  throw new Killed(`killed ${point}`);
}

/** What one request or job has open. Others may run at the same time: each has its own. */
interface Task {
  openTransactions: number;
}
const tasks = new AsyncLocalStorage<Task>();
const outside: Task = { openTransactions: 0 };
const currentTask = () => tasks.getStore() ?? outside;

/** Runs something that goes on beside other things. */
export function asTask<Result>(work: () => Promise<Result>): Promise<Result> {
  return tasks.run({ openTransactions: 0 }, work);
}

function textOf(statement: unknown): string {
  const text = typeof statement === "string" ? statement : (statement as { text: string }).text;
  return text.replaceAll(/\s+/g, " ").slice(0, 60);
}

/** A pool whose every statement is a yield point before and after. */
export function tripwirePool(pool: Pool, process: Process): Pool {
  return new Proxy(pool, {
    get(target, property) {
      if (property === "connect") {
        return async () => {
          if (process.dead) throw new Killed("dead before connect");
          return tripwireClient(await target.connect(), process);
        };
      }
      if (property === "query") {
        return async (statement: string, values?: unknown[]) => {
          pass(process, `before ${textOf(statement)}`);
          const result = await target.query(statement, values);
          pass(process, `after ${textOf(statement)}`);
          return result;
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

function tripwireClient(client: PoolClient, process: Process): PoolClient {
  const task = currentTask();
  let open = false;
  const setOpen = (now: boolean) => {
    if (now !== open) task.openTransactions += now ? 1 : -1;
    open = now;
  };
  return new Proxy(client, {
    get(target, property) {
      if (property === "query") {
        return async (statement: string, values?: unknown[]) => {
          const text = textOf(statement);
          pass(process, `before ${text}`);
          const result = await target.query(statement, values);
          if (text.startsWith("BEGIN")) setOpen(true);
          if (text === "COMMIT" || text === "ROLLBACK") setOpen(false);
          pass(process, `after ${text}`);
          return result;
        };
      }
      if (property === "release") {
        return (destroy?: boolean) => {
          setOpen(false);
          target.release(destroy === true || process.dead);
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

type AnyCall = (...args: unknown[]) => Promise<unknown>;

/** A client whose every call is a yield point before and after, and is refused while this task holds a database transaction. */
export function tripwireRevio(
  client: RevioClient,
  process: Process,
  onCallInTransaction: (call: string) => void,
): RevioClient {
  const wrap = <Resource extends object>(name: string, resource: Resource): Resource =>
    new Proxy(resource, {
      get(target, property) {
        const method = Reflect.get(target, property) as AnyCall;
        const call = `${name}.${String(property)}`;
        return async (...args: unknown[]) => {
          if (currentTask().openTransactions > 0) onCallInTransaction(call);
          pass(process, `before ${call}`);
          const answer = await method(...args);
          pass(process, `after ${call}`);
          return answer;
        };
      },
    });
  return {
    ...client,
    purchases: wrap("purchases", client.purchases),
    payouts: wrap("payouts", client.payouts),
    webhooks: wrap("webhooks", client.webhooks),
    balance: wrap("balance", client.balance),
    companyStatements: wrap("companyStatements", client.companyStatements),
  };
}
