import { setTimeout as sleep } from "node:timers/promises";

/** Asks again until `look` gives something that is true, and gives that. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false>,
  timeoutMs = 30_000,
): Promise<Found> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1_000} s`);
    await sleep(50);
  }
}
