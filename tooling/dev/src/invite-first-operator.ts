import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { repositoryRoot, serverEnvironment } from "./environment.ts";
import { type ApiSurroundings, apiVariables } from "./stack-api.ts";

/**
 * Runs the command that lets the first operator in, as whoever sets the product up does.
 *
 * @returns the link for them; undefined if there are operators already
 */
export async function inviteFirstOperator(
  around: ApiSurroundings,
  person: { email: string; name: string },
): Promise<string | undefined> {
  const command = "apps/api/src/commands/invite-first-operator.ts";
  const { stdout } = await promisify(execFile)(
    "node",
    [command, "--email", person.email, "--name", person.name],
    { cwd: repositoryRoot, env: serverEnvironment(apiVariables(around)) },
  ).catch((error: { code?: unknown; stdout?: string }) => {
    // It says by its exit code that nobody was invited.
    if (typeof error.code === "number") return { stdout: error.stdout ?? "" };
    throw error;
  });
  return /^https?:\S+\/invite#\S+$/m.exec(stdout)?.[0];
}
