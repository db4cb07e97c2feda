/** Ends a stream as tRPC itself ends long ones: without an end event, so that the client comes back and resumes. */
export function endQuietly(reason: string): DOMException {
  return new DOMException(reason, "AbortError");
}

/** Waits for a call or a time-out. A call that comes while nobody waits counts for the next wait. */
export function createBell() {
  let rung = false;
  let answer: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      answer?.();
    },
    wait: (ms: number) =>
      new Promise<boolean>((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          answer = undefined;
          const called = rung;
          rung = false;
          resolve(called);
        };
        const timer = setTimeout(finish, ms);
        answer = finish;
        if (rung) finish();
      }),
  };
}
