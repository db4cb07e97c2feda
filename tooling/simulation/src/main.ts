import { createTemplateDatabase } from "@revio-wallet/db/testing/create-template-database";
import { startPostgres } from "@revio-wallet/dev/embedded-postgres";
import { runSeed } from "./run-seed.ts";
import { createTemplate } from "./template.ts";

const postgres = await startPostgres({
  persistent: false,
  durable: false,
  extraFlags: ["-c", "deadlock_timeout=600s", "-c", "autovacuum=off"],
});
try {
  await createTemplateDatabase({ superuserUrl: postgres.superuserUrl });
  const template = await createTemplate(postgres.superuserUrl);
  const [from = "1", count = "1"] = process.argv.slice(2);
  for (let i = Number(from); i < Number(from) + Number(count); i++) {
    const t = Date.now();
    const r = await runSeed(template, String(i));
    const t2 = Date.now();
    const r2 = await runSeed(template, String(i));
    process.stdout.write(
      `${i} ${t2 - t} ms, steps ${r.steps}, ops ${r.operations}, ${r.virtualHours.toFixed(1)} h, ${r.hash.slice(0, 8)} ${r2.hash === r.hash} ${r.violations
        .slice(0, 3)
        .map((v) => `${v.invariant} ${v.text}`)
        .join(" | ")}\n`,
    );
    if (count === "1" || r.hash !== r2.hash) {
      const { writeFileSync } = await import("node:fs");
      writeFileSync("/tmp/sim-a.txt", r.lastEvents.join("\n"));
      writeFileSync("/tmp/sim-b.txt", r2.lastEvents.join("\n"));
    }
  }
} finally {
  await postgres.stop();
}
