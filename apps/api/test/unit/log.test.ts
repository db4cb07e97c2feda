import { spawn } from "node:child_process";
import { once } from "node:events";
import { DatabaseError } from "pg";
import { expect, test } from "vitest";
import { createLog, describeError } from "../../src/log.ts";

function capture() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, log: createLog({ name: "api", level: "info", destination }) };
}

const canary = `u${Math.random().toString().slice(2)}@example.com`;

test("of a database error only names are logged: its words quote rows", () => {
  const error = new DatabaseError(`duplicate key: (email)=(${canary})`, 1, "error");
  Object.assign(error, {
    code: "23505",
    detail: canary,
    constraint: "users_email_key",
    where: canary,
  });
  const { lines, log } = capture();
  log.error({ error: new Error("sign-up failed", { cause: error }) }, "call");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("users_email_key");
  expect(lines[0]).toContain("23505");
  expect(lines[0]).not.toContain(canary);
});

test("a line stays a line, whatever is in it", () => {
  const { lines, log } = capture();
  log.info({ userAgent: 'x\r\n{"level":"error"}\u001b[31m' }, "call");
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd().includes("\n")).toBe(false);
  expect(lines[0]).not.toContain("\u001b");
});

test("tokens and passwords are cut out should somebody log them", () => {
  const { lines, log } = capture();
  log.warn({ authorization: canary, password: canary, request: { authorization: canary } }, "call");
  expect(lines.join()).not.toContain(canary);
});

test("what is thrown without being an error is described by its kind only", () => {
  expect(describeError(canary)).toEqual({ name: "string" });
});

test("a chain of causes ends", () => {
  const error = new Error("round and round");
  error.cause = error;
  expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000);
});

test("F100 nobody reads the log: the process goes on, in bounded memory, and says afterwards how many lines are missing", async () => {
  const lines = 20_000;
  const script = `
    const { createLog } = await import(${JSON.stringify(new URL("../../src/log.ts", import.meta.url))});
    const log = createLog({ name: "api", level: "info" });
    for (let at = 0; at < ${lines}; at++) {
      log.info({ at, text: "x".repeat(1000) }, "call");
      if (at % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    process.send("written");
    process.on("message", () => process.exit(0));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  try {
    // It gets to its end while not one line is taken from it.
    await once(child, "message");
    let text = "";
    for await (const chunk of child.stdout ?? []) {
      text += String(chunk);
      if (text.endsWith("\n") && text.includes("were dropped")) break;
    }
    const last = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as { dropped: number };
    const written = text.split("\n").filter((line) => line.includes('"msg":"call"')).length;
    // 20 MB, of which it keeps a few.
    expect(last.dropped).toBeGreaterThan(lines / 2);
    expect(written + last.dropped).toBe(lines);
  } finally {
    child.kill("SIGKILL");
  }
});
