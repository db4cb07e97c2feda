import { insertUser, openUserAccounts } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { createDataKey } from "../encryption/data-key.ts";
import { DomainError } from "../errors.ts";
import { currencies } from "../money.ts";
import { addressKey } from "../rate-limit/address-key.ts";
import { checkRateLimit, type RateLimitContext } from "../rate-limit/check-rate-limit.ts";
import { emailLookup, parseEmail } from "./email-address.ts";
import { hashPassword } from "./password-hash.ts";
import { acceptPassword } from "./password-policy.ts";
import { parsePersonName } from "./person-name.ts";
import { parsePhoneNumber } from "./phone-number.ts";
import { encryptUserField, type UserDetails } from "./user-details.ts";

/**
 * Registers a user and opens the ledger accounts, all or nothing. Signing in is a step of its own.
 *
 * @throws DomainError INVALID_INPUT, EMAIL_TAKEN, RATE_LIMITED, BUSY
 */
export async function registerUser(
  ctx: Context & RateLimitContext,
  input: {
    email: string;
    fullName: string;
    phone?: string | undefined;
    password: string;
    ipAddress: string;
  },
): Promise<UserDetails> {
  await checkRateLimit(ctx, "registration-per-address", addressKey(input.ipAddress));
  const email = parseEmail(input.email);
  const fullName = parsePersonName(input.fullName, "The full name");
  const phone = input.phone === undefined ? undefined : parsePhoneNumber(input.phone);
  const passwordHash = await hashPassword(ctx, acceptPassword(input.password, [email, fullName]));
  const now = ctx.clock.now();
  const id = ctx.ids.uuid(now);

  await withTransaction(ctx.pool, async (tx) => {
    const key = await createDataKey(ctx, tx, "user");
    const encrypt = (
      column: "email_ciphertext" | "full_name_ciphertext" | "phone_ciphertext",
      text: string,
    ) => encryptUserField(ctx, key, { userId: id, column, text });
    const inserted = await insertUser(tx, {
      id,
      emailLookup: emailLookup(ctx.keyring, email),
      emailCiphertext: encrypt("email_ciphertext", email),
      fullNameCiphertext: encrypt("full_name_ciphertext", fullName),
      phoneCiphertext: phone === undefined ? null : encrypt("phone_ciphertext", phone),
      dataKeyId: key.id,
      passwordHash,
      createdAt: now,
    });
    if (!inserted) {
      throw new DomainError("EMAIL_TAKEN", "This e-mail address is registered. Sign in instead.");
    }
    for (const currency of currencies) await openUserAccounts(tx, id, currency, now);
    await recordAuditEvent(ctx, tx, {
      action: "user.registered",
      subjectKind: "user",
      subjectId: id,
    });
  });
  return {
    id,
    status: "active",
    email,
    fullName,
    phone: phone ?? null,
    outgoingFrozen: false,
    createdAt: now,
  };
}
