import { olderAreOver as over } from "@revio-wallet/db/testing/older-are-over";
import type { MoneyWorld } from "./money-world.ts";

/** Waits until what this world's checkpoints, chains and certificates have to wait for is over. */
export const olderAreOver = ({ superuser }: Pick<MoneyWorld, "superuser">): Promise<void> =>
  over(superuser);
