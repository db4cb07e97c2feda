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
    expect(["anyone", "user", "console", "operator_session", "operator"]).toContain(meta?.access);
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

  /** Change these lists on purpose only. */
  test("S08 only these are open to an operator who has not finished signing in", () => {
    const pathsOf = (access: string) =>
      operator.filter(({ meta }) => meta?.access === access).map(({ path }) => path);
    expect(pathsOf("console")).toEqual(["session.start", "invite.get", "invite.accept"]);
    expect(pathsOf("operator_session")).toEqual([
      "session.get",
      "session.requestPasskey",
      "session.passFactor",
      "session.signOut",
      "factor.get",
      "factor.beginPasskey",
      "factor.finishPasskey",
      "factor.beginTotp",
      "factor.finishTotp",
    ]);
  });

  test("every procedure of operators says what it needs them to be allowed to", () => {
    const ofOperators = operator.filter(({ meta }) => meta?.access === "operator");
    expect(ofOperators.filter(({ meta }) => meta?.permission === undefined)).toEqual([]);
  });

  test("S20 what lets money go, or somebody in, is confirmed by a fresh factor", () => {
    const confirmed = operator.filter(({ meta }) => meta?.stepUp === true);
    expect(confirmed.map(({ path }) => path).sort()).toEqual([
      "adjustment.decide",
      "invite.create",
      "operator.decideChange",
      "outgoing.resume",
      "payout.decideResolution",
      "setting.decideChange",
      "user.unfreezeOutgoing",
      "withdrawal.decide",
    ]);
  });

  test("nothing for operators is on the partners' router, and the other way round", () => {
    const ofPartners = ["anyone", "user"];
    expect(partner.filter(({ meta }) => !ofPartners.includes(meta?.access ?? ""))).toEqual([]);
    expect(operator.filter(({ meta }) => ofPartners.includes(meta?.access ?? ""))).toEqual([]);
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
