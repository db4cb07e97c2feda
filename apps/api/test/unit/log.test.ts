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
