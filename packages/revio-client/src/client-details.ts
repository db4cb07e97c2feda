import { z } from "zod";

import { text } from "./wire-values.ts";

const optionalText = (max: number) => z.string().min(1).max(max).optional();

/** The payer or payee in a request; lengths are Revio's. */
export const clientInput = z.strictObject({
  email: z.string().min(3).max(254).includes("@"),
  fullName: optionalText(128),
  phone: optionalText(32),
  /** Identity number. */
  personalCode: optionalText(32),
  streetAddress: optionalText(128),
  city: optionalText(128),
  state: optionalText(128),
  zipCode: optionalText(32),
  /** ISO 3166-1 alpha-2. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  /** Account number of the payee. */
  bankAccount: optionalText(34),
  /** Branch code of the payee's bank. */
  bankCode: optionalText(11),
});
export type ClientInput = z.input<typeof clientInput>;

export function toWireClient(client: z.output<typeof clientInput>) {
  return {
    email: client.email,
    full_name: client.fullName,
    phone: client.phone,
    personal_code: client.personalCode,
    street_address: client.streetAddress,
    city: client.city,
    state: client.state,
    zip_code: client.zipCode,
    country: client.country,
    bank_account: client.bankAccount,
    bank_code: client.bankCode,
  };
}

/** Only what matching needs; the rest of Revio's personal data is dropped at the door. */
export const clientDetails = z
  .object({
    email: text,
    full_name: text,
    phone: text,
    country: text,
    bank_account: text,
    bank_code: text,
  })
  .transform((wire) => ({
    email: wire.email,
    fullName: wire.full_name,
    phone: wire.phone,
    country: wire.country,
    bankAccount: wire.bank_account,
    bankCode: wire.bank_code,
  }));
export type ClientDetails = z.output<typeof clientDetails>;
