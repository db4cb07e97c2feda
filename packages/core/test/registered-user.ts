import { randomUUID } from "node:crypto";
import type { SessionContext } from "../src/session/session-context.ts";
import { signIn } from "../src/session/sign-in.ts";
import type { SessionTokens } from "../src/session/start-session.ts";
import { authenticate } from "../src/session/authenticate.ts";
import { registerUser } from "../src/user/register-user.ts";
import type { UserDetails } from "../src/user/user-details.ts";

export const testPassword = "three otters knitting";
/** A new address each time, so that no test meets another's limits. */
export const anyAddress = () =>
  `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`;

export interface RegisteredUser {
  user: UserDetails;
  email: string;
  password: string;
}

/** Registers a user through the verb. */
export async function registeredUser(
  ctx: SessionContext,
  overrides: Partial<{ email: string; fullName: string; password: string; phone: string }> = {},
): Promise<RegisteredUser> {
  const input = {
    email: `${randomUUID()}@example.com`,
    fullName: "Thandi Nkosi",
    password: testPassword,
    ...overrides,
  };
  const user = await registerUser(ctx, { ...input, ipAddress: anyAddress() });
  return { user, email: input.email, password: input.password };
}

/** Registers and signs in; `as` is the context of the user's requests. */
export async function signedInUser<C extends SessionContext>(
  ctx: C,
  overrides: Parameters<typeof registeredUser>[1] = {},
): Promise<RegisteredUser & { tokens: SessionTokens; as: C }> {
  const registered = await registeredUser(ctx, overrides);
  const tokens = await signIn(ctx, { ...registered, ipAddress: anyAddress() });
  return { ...registered, tokens, as: await asSession(ctx, tokens) };
}

/** The context of requests made with these tokens. */
export async function asSession<C extends SessionContext>(
  ctx: C,
  tokens: SessionTokens,
): Promise<C> {
  return { ...ctx, actor: await authenticate(ctx, tokens.accessToken) };
}

/** An active operator, written by the superuser: nothing in core makes operators. */
export async function operator<C extends SessionContext>(
  ctx: C,
  superuser: { query(text: string, values: unknown[]): Promise<unknown> },
  role = "support",
): Promise<C> {
  const id = randomUUID();
  await superuser.query(
    "INSERT INTO operators (id, email, display_name, role, status, created_at) VALUES ($1, $2, 'Op', $3, 'active', $4)",
    [id, `${id}@staff.example`, role, ctx.clock.now()],
  );
  return { ...ctx, actor: { kind: "operator", id } };
}
