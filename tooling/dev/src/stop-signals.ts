const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * On Ctrl-C, a polite kill or a closed terminal: runs `stop` once and exits with the signal's code.
 * A second Ctrl-C exits at once; the watchdogs of the children then stop them.
 */
export function installStopSignals(stop: () => Promise<void>): void {
  let stopping = false;
  for (const [signal, code] of Object.entries(signals)) {
    process.on(signal, () => {
      if (stopping) process.exit(code);
      stopping = true;
      console.log(`\nStopping (${signal}) …`);
      stop()
        .catch((error: unknown) => console.error(error))
        .finally(() => process.exit(code));
    });
  }
}
