/** Seeds that were red once. Each is lived again in every test run; what it had found stands beside it. */
export const regressions: readonly { seed: string; found: string }[] = [];
