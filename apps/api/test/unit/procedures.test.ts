import { rateLimitClasses } from "@revio-wallet/core/rate-limit/rate-limit-classes";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { operatorRouter } from "../../src/trpc/operator/router.ts";
import { partnerRouter } from "../../src/trpc/partner/router.ts";
import { proceduresOf } from "../procedures-of.ts";

const partner = proceduresOf(partnerRouter);
const operator = proceduresOf(operatorRouter);
const all = [...partner, ...operator];

/** Change this list on purpose only: it is what the outside can reach. */
const anyoneMayCall = ["session.refresh", "session.signIn", "user.register"];

describe("every procedure", () => {
  test("there are some", () => {
    expect(partner.length).toBeGreaterThan(20);
    expect(operator.length).toBeGreaterThanOrEqual(3);
  });

  test.each(all)("$path says who may call it and what counts its calls", ({ meta }) => {
    expect(["anyone", "user", "operator"]).toContain(meta?.access);
    expect([...Object.keys(rateLimitClasses), "in-verb", "none"]).toContain(meta?.rateLimit);
  });

  test.each(all)("$path has one input and an output schema", ({ inputs, output }) => {
    expect(inputs).toHaveLength(1);
    expect(inputs[0]).toBeInstanceOf(z.ZodType);
    expect(output).toBeInstanceOf(z.ZodType);
  });

  test.each(all)("$path refuses fields that it does not know", ({ inputs }) => {
    const { error } = (inputs[0] as z.ZodType).safeParse({
      decision: "approved",
      aFieldThatNobodyKnows: 1,
    });
    expect(error?.issues.map(({ code }) => code)).toContain("unrecognized_keys");
  });

  test("only these need no sign-in", () => {
    const open = all.filter(({ meta }) => meta?.access === "anyone").map(({ path }) => path);
    expect(open.sort()).toEqual(anyoneMayCall);
  });

  test("nothing for operators is on the partners' router, and the other way round", () => {
    expect(partner.filter(({ meta }) => meta?.access === "operator")).toEqual([]);
    expect(operator.filter(({ meta }) => meta?.access !== "operator")).toEqual([]);
  });

  test("each call that moves money counts on the money counter", () => {
    const money = partner.filter(
      ({ path, type }) => type === "mutation" && /^(deposit|withdrawal)\./.test(path),
    );
    expect(money.map(({ path }) => path).sort()).toEqual([
      "deposit.cancel",
      "deposit.create",
      "withdrawal.cancel",
      "withdrawal.create",
    ]);
    for (const { meta } of money) expect(meta?.rateLimit).toBe("money-per-user");
  });

  test("creating money movements asks for an idempotency key", () => {
    for (const { path, inputs } of partner) {
      if (!/^(deposit|withdrawal)\.create$/.test(path)) continue;
      const { error } = (inputs[0] as z.ZodType).safeParse({});
      expect(error?.issues.map(({ path: [field] }) => field)).toContain("idempotencyKey");
    }
  });
});
