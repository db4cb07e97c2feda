import { fieldError, generalError } from "../api/api-error.ts";
import { FieldReader } from "../api/field-reader.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { paymentMethods } from "../checkout/cards.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import type { ClientDetails, PurchaseDetails, PurchaseDocument } from "./purchase-document.ts";
import { insertPurchase } from "./purchase-store.ts";
import { announcePurchase } from "./announce-purchase.ts";
import { readClientDetails } from "./read-client-details.ts";
import { readPurchaseDetails } from "./read-purchase-details.ts";

interface ReadRequest {
  reader: FieldReader;
  client: ClientDetails;
  details: PurchaseDetails;
  skipCapture: boolean;
}

/**
 * `POST /purchases/`. Never idempotent: the same request twice makes two purchases, and the
 * reference need not be unique.
 *
 * @param mode decided by the key that called
 */
export function createPurchase(
  sandbox: Sandbox,
  mode: Mode,
  body: JsonObject,
  clientIp: string,
): PurchaseDocument {
  const request = readRequest(sandbox, body);
  const document = newDocument(sandbox, mode, request, clientIp);
  request.reader.finish();
  sandbox.store.transaction(() => {
    insertPurchase(sandbox, mode, document);
    announcePurchase(sandbox, "purchase.created", document);
  });
  return document;
}

function readRequest(sandbox: Sandbox, body: JsonObject): ReadRequest {
  const reader = new FieldReader(body);
  checkBrand(sandbox, reader);
  const hasClient = isJsonObject(body.client);
  const hasClientId = body.client_id !== undefined && body.client_id !== null;
  if (hasClient && hasClientId) {
    throw generalError(
      "purchase_client_or_id_only",
      "Specify either client or client_id, not both.",
    );
  }
  if (!hasClient && !hasClientId) {
    throw generalError("purchase_client_or_id_required", "Either client or client_id is required.");
  }
  if (hasClientId) {
    // The sandbox keeps no Client objects, so no id exists.
    throw fieldError(
      "client_id",
      "does_not_exist",
      `Invalid pk ${JSON.stringify(body.client_id)} - object does not exist.`,
    );
  }
  const { client, errors: clientErrors } = readClientDetails(
    isJsonObject(body.client) ? body.client : {},
  );
  reader.nest("client", clientErrors);
  const skipCapture = reader.boolean("skip_capture") ?? false;
  const purchase = reader.object("purchase", { required: true });
  const { details, errors } = readPurchaseDetails(purchase ?? {});
  if (purchase) {
    if (details.total === 0 && !skipCapture && Object.keys(errors).length === 0) {
      errors.total = [
        { message: "Ensure this value is greater than or equal to 1.", code: "min_value" },
      ];
    }
    reader.nest("purchase", errors);
  }
  return { reader, client, details, skipCapture };
}

/** A brand of another company and a brand that never existed look the same. */
export function checkBrand(sandbox: Sandbox, reader: FieldReader): void {
  const brandId = reader.text("brand_id", 64, { required: true });
  if (brandId !== undefined && brandId !== sandbox.config.brandId) {
    reader.fail("brand_id", "does_not_exist", `Invalid pk "${brandId}" - object does not exist.`);
  }
}

function readWhitelist(reader: FieldReader): string[] | null {
  const list = reader.list("payment_method_whitelist");
  if (!list) return null;
  const names = list.filter((name) => typeof name === "string");
  if (names.length !== list.length || names.some((name) => !paymentMethods.includes(name))) {
    reader.fail(
      "payment_method_whitelist",
      "invalid_payment_method_whitelist",
      "Invalid payment method.",
    );
  }
  return names;
}

function newDocument(
  sandbox: Sandbox,
  mode: Mode,
  request: ReadRequest,
  clientIp: string,
): PurchaseDocument {
  const { reader, client, details, skipCapture } = request;
  const { config } = sandbox;
  const id = sandbox.random.uuid();
  const now = sandbox.clock.nowSeconds();
  const successRedirect = reader.url("success_redirect") ?? "";
  const failureRedirect = reader.url("failure_redirect") ?? "";
  const direct = successRedirect !== "" && failureRedirect !== "";
  return {
    client,
    purchase: details,
    payment: null,
    issuer_details: issuerDetails,
    transaction_data: { flow: "payform", extra: {}, country: "", attempts: [], payment_method: "" },
    status: "created",
    status_history: [{ status: "created", timestamp: now }],
    viewed_on: null,
    company_id: config.companyId,
    is_test: mode === "test",
    user_id: null,
    brand_id: config.brandId,
    billing_template_id: null,
    order_id: null,
    client_id: null,
    send_receipt: reader.boolean("send_receipt") ?? false,
    is_recurring_token: false,
    recurring_token: null,
    skip_capture: skipCapture,
    force_recurring: reader.boolean("force_recurring") ?? false,
    reference_generated: `RV${sandbox.store.nextCounter("reference_generated")}`,
    reference: reader.text("reference", 128) ?? "",
    issued: reader.text("issued", 10) ?? dateIn(details.timezone, sandbox.clock.nowMs()),
    due: reader.integer("due", { min: 0 }) ?? now + sandbox.settings.current().defaultDueSeconds,
    refund_availability: "none",
    refundable_amount: 0,
    currency_conversion: null,
    payment_method_whitelist: readWhitelist(reader),
    success_redirect: successRedirect,
    failure_redirect: failureRedirect,
    cancel_redirect: reader.url("cancel_redirect") ?? "",
    success_callback: reader.url("success_callback") ?? "",
    creator_agent: reader.text("creator_agent", 32) ?? "",
    platform: reader.choice("platform", platforms) ?? "api",
    product: "purchases",
    created_from_ip: clientIp,
    invoice_url: null,
    can_retrieve: false,
    checkout_url: `${config.publicUrl}/p/${id}/`,
    direct_post_url: direct && requestsNothing(details) ? `${config.publicUrl}/p/${id}/` : null,
    can_chargeback: false,
    can_reverse_chargeback: false,
    marked_as_paid: false,
    upsell_campaigns: [],
    referral_campaign_id: null,
    referral_code: null,
    referral_code_details: null,
    referral_code_generated: null,
    retain_level_details: null,
    created_on: now,
    updated_on: now,
    type: "purchase",
    id,
  };
}

const platforms = ["web", "api", "ios", "android", "macos", "windows"] as const;

function requestsNothing(details: PurchaseDetails): boolean {
  return (
    Array.isArray(details.request_client_details) && details.request_client_details.length === 0
  );
}

/** YYYY-MM-DD in the purchase's timezone, or UTC while that timezone is itself an error. */
function dateIn(timezone: string, atMs: number): string {
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone: timezone }).format(atMs);
  } catch {
    return new Date(atMs).toISOString().slice(0, 10);
  }
}

const issuerDetails: JsonObject = {
  website: "https://wallet.example",
  brand_name: "Wallet",
  legal_city: "Cape Town",
  legal_name: "Wallet (Pty) Ltd",
  tax_number: "",
  bank_accounts: [{ bank_code: "", bank_account: "" }],
  legal_country: "ZA",
  legal_zip_code: "8001",
  registration_number: "",
  legal_street_address: "",
};
