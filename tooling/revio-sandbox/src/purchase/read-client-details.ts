import { FieldReader } from "../api/field-reader.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { ClientDetails } from "./purchase-document.ts";

const lengths: Record<string, number> = {
  phone: 32,
  full_name: 128,
  personal_code: 32,
  street_address: 128,
  city: 128,
  zip_code: 32,
  state: 128,
  shipping_street_address: 128,
  shipping_city: 128,
  shipping_zip_code: 32,
  shipping_state: 128,
  legal_name: 128,
  brand_name: 128,
  registration_number: 32,
  tax_number: 32,
  bank_account: 34,
  bank_code: 11,
};

/** English names the sandbox knows; Revio accepts more. */
const countryCodes: Record<string, string> = {
  "south africa": "ZA",
  namibia: "NA",
  botswana: "BW",
};

/**
 * @returns the complete ClientDetails with Revio's blanks, and the errors in nested form
 */
export function readClientDetails(source: JsonObject): {
  client: ClientDetails;
  errors: JsonObject;
} {
  const reader = new FieldReader(source);
  const email = reader.text("email", 254, { required: true, blank: false }) ?? "";
  if (email !== "" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    reader.fail("email", "invalid", "Enter a valid email address.");
  }
  const texts: Record<string, string> = {};
  for (const [field, length] of Object.entries(lengths))
    texts[field] = reader.text(field, length) ?? "";
  const client: ClientDetails = {
    cc: emails(reader.list("cc")),
    bcc: emails(reader.list("bcc")),
    city: texts.city ?? "",
    email,
    phone: texts.phone ?? "",
    state: texts.state ?? "",
    country: country(reader, "country"),
    zip_code: texts.zip_code ?? "",
    bank_code: texts.bank_code ?? "",
    full_name: texts.full_name ?? "",
    brand_name: texts.brand_name ?? "",
    legal_name: texts.legal_name ?? "",
    tax_number: texts.tax_number ?? "",
    client_type: null,
    bank_account: texts.bank_account ?? "",
    personal_code: texts.personal_code ?? "",
    shipping_city: texts.shipping_city ?? "",
    shipping_state: texts.shipping_state ?? "",
    street_address: texts.street_address ?? "",
    delivery_methods: [{ method: "email", options: {} }],
    shipping_country: country(reader, "shipping_country"),
    shipping_zip_code: texts.shipping_zip_code ?? "",
    registration_number: texts.registration_number ?? "",
    shipping_street_address: texts.shipping_street_address ?? "",
  };
  return { client, errors: reader.errors };
}

function country(reader: FieldReader, field: string): string {
  const given = reader.text(field, 64) ?? "";
  const code = countryCodes[given.toLowerCase()] ?? given;
  if (code === "" || /^[A-Z]{2}$/.test(code)) return code;
  reader.fail(field, "invalid_choice", `${JSON.stringify(given)} is not a valid choice.`);
  return "";
}

function emails(list: Json[] | undefined): Json[] {
  return (list ?? []).filter((item) => typeof item === "string" && !isJsonObject(item));
}
