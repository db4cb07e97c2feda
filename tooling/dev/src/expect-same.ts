import { inspect, isDeepStrictEqual } from "node:util";

/** Something is not as it must be: the story ends here, and the demo exits with an error. */
export class StoryDifference extends Error {
  override readonly name = "StoryDifference";
}

/** Throws StoryDifference, naming both values, unless they are equal in type and content. */
export function expectSame(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  const show = (value: unknown): string => inspect(value, { depth: 6, breakLength: 100 });
  throw new StoryDifference(
    `${what} differ.\nExpected: ${show(expected)}\nFound:    ${show(found)}`,
  );
}
