import { describe, expect, test } from "vitest";
import { Deck } from "../../src/nemesis/deck.ts";
import { allFaults, chooseFaults } from "../../src/nemesis/run-nemesis.ts";
import { readOptions } from "../../src/options.ts";
import { createRandom } from "../../src/random.ts";

describe("the schedule", () => {
  const draw = (seed: string, count: number): string[] => {
    const deck = new Deck(allFaults, createRandom(seed));
    return Array.from({ length: count }, () => deck.draw(() => true)?.kind ?? "");
  };

  test("a seed draws the same order again, another seed another", () => {
    expect(draw("1", 40)).toEqual(draw("1", 40));
    expect(draw("1", 40)).not.toEqual(draw("2", 40));
  });

  test("every kind comes before any comes again", () => {
    const drawn = draw("3", allFaults.length * 2);
    for (const round of [drawn.slice(0, allFaults.length), drawn.slice(allFaults.length)]) {
      expect(new Set(round)).toEqual(new Set(allFaults.map(({ kind }) => kind)));
    }
  });

  test("what does not fit waits for its time; nothing fits, nothing is drawn", () => {
    const deck = new Deck([10, 20, 30], createRandom("4"));
    expect(deck.draw((card) => card < 20)).toBe(10);
    expect(deck.draw((card) => card > 20)).toBe(30);
    expect(deck.draw((card) => card > 30)).toBeUndefined();
  });

  test("kinds have names of their own, and unknown ones are named", () => {
    expect(new Set(allFaults.map(({ kind }) => kind)).size).toBe(allFaults.length);
    expect(chooseFaults(["failover"]).map(({ kind }) => kind)).toEqual(["failover"]);
    expect(chooseFaults(["none"])).toEqual([]);
    expect(() => chooseFaults(["fire"])).toThrow("There is no fault fire");
  });
});

describe("options", () => {
  test("read, with or without the dashes of pnpm", () => {
    const options = readOptions(["--", "--minutes", "1.5", "--seed", "7", "--faults", "a,b"]);
    expect(options).toEqual({
      minutes: 1.5,
      seed: "7",
      report: undefined,
      users: 8,
      faults: ["a", "b"],
    });
  });

  test.each([
    ["--minutes", "0"],
    ["--minutes", "x"],
    ["--users", "0"],
    ["--report", ""],
    ["--fast"],
  ])("refuses %s %s", (...args) => {
    expect(() => readOptions(args)).toThrow();
  });
});
