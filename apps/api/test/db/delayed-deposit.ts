import { randomInt, randomUUID } from "node:crypto";
import { startDeposit } from "@revio-wallet/core/revio/start-deposit";
import { registerUser } from "@revio-wallet/core/user/register-user";
import type { Services } from "../../src/context.ts";

/** A user whose deposit waits in the queue `deposit.open-checkout`, because Revio has just not answered. */
export async function delayedDeposit(services: Pick<Services, "contextFor">): Promise<string> {
  const anonymous = services.contextFor({
    actor: { kind: "system", id: "test" },
    requestId: "test",
  });
  const user = await registerUser(anonymous, {
    email: `${randomUUID()}@example.com`,
    password: randomUUID(),
    fullName: "Thandi Nkosi",
    // Registrations are counted by address.
    ipAddress: `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
  });
  const actor = { kind: "user", id: user.id, sessionId: randomUUID() } as const;
  const { deposit } = await startDeposit(services.contextFor({ actor, requestId: "test" }), {
    userId: user.id,
    amountMinor: 10_000n,
    currency: "ZAR",
    returnUrl: undefined,
    idempotencyKey: randomUUID(),
  });
  return deposit.id;
}
