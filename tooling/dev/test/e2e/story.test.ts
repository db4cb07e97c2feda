import { afterEach, describe, expect, inject, test } from "vitest";
import { StoryDifference } from "../../src/expect-same.ts";
import { playStory } from "../../src/story.ts";

const stack = inject("stack");

async function changeSandbox(settings: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${stack.sandboxUrl}/sandbox/settings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(settings),
  });
  expect(answer.status).toBe(200);
}

afterEach(async () => {
  await changeSandbox({ feeBasisPoints: 275 });
});

describe("the demo's story", () => {
  test("takes place, and shows every journal entry", async () => {
    const lines: string[] = [];
    await playStory(stack, (line) => lines.push(line));
    const told = lines.join("\n");
    expect(told).toMatch(/deposit\.completed[^]*withdrawal\.reserved[^]*withdrawal\.completed/);
    expect(told).toMatch(
      /^ledger verified: \d+ journal entries, \d+ postings, \d+ transactions, 0 differences/m,
    );
  });

  test("ends with a difference when Revio keeps another fee than expected", async () => {
    await changeSandbox({ feeBasisPoints: 300 });
    await expect(playStory(stack, () => undefined)).rejects.toThrow(StoryDifference);
  });

  test("can be played again beside what others did: each user's entries are compared by themselves", async () => {
    await playStory(stack, () => undefined);
    await expect(playStory(stack, () => undefined)).resolves.toHaveProperty("email");
  });
});
