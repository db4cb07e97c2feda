import { randomUUID } from "node:crypto";
import type { OperatorRole } from "@revio-wallet/db/sql/operators";
import { generate } from "otplib";
import { acceptInvite } from "../../../src/operator-session/accept-invite.ts";
import { beginAddPasskey, finishAddPasskey } from "../../../src/operator-session/add-passkey.ts";
import { beginAddTotp, finishAddTotp } from "../../../src/operator-session/add-totp.ts";
import { authenticateOperator } from "../../../src/operator-session/authenticate-operator.ts";
import {
  inviteFirstOperator,
  inviteOperator,
} from "../../../src/operator-session/invite-operator.ts";
import type { OperatorSessionContext } from "../../../src/operator-session/operator-session.ts";
import type { OperatorSignInContext } from "../../../src/operator-session/operator-session-context.ts";
import { startOperatorSession } from "../../../src/operator-session/start-operator-session.ts";
import { anyAddress } from "../../registered-user.ts";
import { softwareAuthenticator } from "../../software-authenticator.ts";

export const operatorPassword = "seven herons crossing";

/** The context of requests made with a session's token. */
export async function withToken(
  ctx: OperatorSignInContext,
  token: string,
): Promise<OperatorSessionContext> {
  const operatorSession = await authenticateOperator(ctx, token);
  return { ...ctx, operatorSession, actor: { kind: "operator", id: operatorSession.operatorId } };
}

export async function givePassword(ctx: OperatorSignInContext, email: string): Promise<string> {
  const input = { email, password: operatorPassword, ipAddress: anyAddress() };
  return (await startOperatorSession(ctx, input)).token;
}

/** Invites (the first one without an inviter) and accepts. */
export async function invitedOperator(
  ctx: OperatorSignInContext,
  by: OperatorSessionContext | undefined,
  role: OperatorRole = "administrator",
): Promise<{ email: string }> {
  const person = { email: `${randomUUID()}@wallet.example`, displayName: "Naledi Dlamini" };
  const { token } =
    by === undefined
      ? await inviteFirstOperator(ctx, person)
      : await inviteOperator(by, { ...person, role });
  return acceptInvite(ctx, { token, password: operatorPassword, ipAddress: anyAddress() });
}

/** Adds a passkey in the session of this token; the session goes on with the token that comes back. */
export async function addPasskey(ctx: OperatorSignInContext, token: string) {
  const as = await withToken(ctx, token);
  const authenticator = softwareAuthenticator(ctx.relyingParty);
  const { challengeId, options } = await beginAddPasskey(as);
  const added = await finishAddPasskey(as, {
    challengeId,
    response: authenticator.register(options),
    label: "Laptop",
  });
  if (added.token === null) throw new Error("a passkey completes a session");
  return { authenticator, token: added.token, recoveryCodes: added.recoveryCodes ?? [] };
}

/** The code that an authenticator app with this secret shows now. */
export const totpCode = (ctx: OperatorSignInContext, secret: string) =>
  generate({ strategy: "totp", secret, epoch: Math.floor(ctx.clock.now().getTime() / 1_000) });

export async function addTotp(ctx: OperatorSignInContext, token: string) {
  const as = await withToken(ctx, token);
  const { secret } = await beginAddTotp(as);
  const added = await finishAddTotp(as, { code: await totpCode(ctx, secret) });
  return { secret, token: added.token ?? token, recoveryCodes: added.recoveryCodes ?? [] };
}

/** "done", or the code of the refusal. */
export const code = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => Object(error).code as unknown,
  );
