import { DomainError } from "@revio-wallet/core/errors";
import { inviteFirstOperator } from "@revio-wallet/core/operator-session/invite-operator";
import { parseArgs } from "node:util";
import { runCommand } from "./run-command.ts";

const usage = 'invite-first-operator --email you@example.com --name "Your Name"';

/** Prints the link with which the first administrator sets a password. Only while there is no operator. */
await runCommand("invite-first-operator", async (ctx, print) => {
  const { values } = parseArgs({
    options: { email: { type: "string" }, name: { type: "string" } },
  });
  if (values.email === undefined || values.name === undefined) {
    print(usage);
    return false;
  }
  try {
    const { token, expiresAt } = await inviteFirstOperator(ctx, {
      email: values.email,
      displayName: values.name,
    });
    print(`Open this link, once, before ${expiresAt.toISOString()}, and give it to nobody:`);
    print(`${ctx.relyingParty.origin}/invite#${token}`);
    return true;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    print(error.message);
    return false;
  }
});
