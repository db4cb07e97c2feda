import { migrate } from "./migrate.ts";

/** Command of the deployment step: migrates the database that OWNER_DATABASE_URL names. */
const ownerUrl = process.env["OWNER_DATABASE_URL"];
if (ownerUrl === undefined) {
  process.stderr.write("Set OWNER_DATABASE_URL to the database, as its owner.\n");
  process.exitCode = 1;
} else {
  await migrate({ ownerUrl, log: (line) => process.stdout.write(`${line}\n`) });
  process.stdout.write("The database has the newest schema.\n");
}
