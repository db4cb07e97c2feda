import type { Sandbox } from "./sandbox.ts";

/** Work that is due later on the sandbox clock; stored, so it survives a restart. */
export type TaskKind =
  | "settle_attempt"
  | "settle_payout_payment"
  | "return_payout_payment"
  | "succeed_payout_late"
  | "begin_statement"
  | "finish_statement";

export interface Task {
  seq: number;
  kind: TaskKind;
  object_id: string;
  detail: string;
}

/** @param delaySeconds at Revio's speed; the time scale shortens it */
export function scheduleTask(
  sandbox: Sandbox,
  kind: TaskKind,
  objectId: string,
  delaySeconds: number,
  detail = "",
): void {
  sandbox.store.run(
    "INSERT INTO tasks (due_ms, kind, object_id, detail) VALUES (?, ?, ?, ?)",
    sandbox.clock.nowMs() + sandbox.clock.waitMs(delaySeconds),
    kind,
    objectId,
    detail,
  );
  sandbox.wake.tasks();
}

export function nextTaskDueMs(sandbox: Sandbox): number | undefined {
  const row = sandbox.store.get<{ due: number | null }>("SELECT min(due_ms) AS due FROM tasks");
  return row?.due ?? undefined;
}

export type TaskHandlers = Record<TaskKind, (sandbox: Sandbox, task: Task) => void>;

/** Runs every due task, each together with its removal in one database transaction. */
export function runDueTasks(sandbox: Sandbox, handlers: TaskHandlers): void {
  const due = sandbox.store.all<Task>(
    "SELECT seq, kind, object_id, detail FROM tasks WHERE due_ms <= ? ORDER BY due_ms, seq",
    sandbox.clock.nowMs(),
  );
  for (const task of due) {
    sandbox.store.transaction(() => {
      const removed = sandbox.store.run("DELETE FROM tasks WHERE seq = ?", task.seq);
      if (removed === 1) handlers[task.kind](sandbox, task);
    });
  }
}
