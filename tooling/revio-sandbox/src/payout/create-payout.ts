import { FieldReader } from "../api/field-reader.ts";
import type { JsonObject } from "../json.ts";
import { checkBrand } from "../purchase/create-purchase.ts";
import { paymentDetails } from "../purchase/purchase-document.ts";
import { readClientDetails } from "../purchase/read-client-details.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { type PayoutDocument, payoutMethod } from "./payout-document.ts";
import { announcePayout, insertPayout } from "./payout-store.ts";

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** `POST /payouts/`: an `initialized` payout. Moves no money and checks no funds. Never idempotent. */
export function createPayout(sandbox: Sandbox, mode: Mode, body: JsonObject): PayoutDocument {
  const reader = new FieldReader(body);
  checkBrand(sandbox, reader);
  const payment = readPayment(reader);
  const clientSource = reader.object("client", { required: true });
  const { client, errors } = readClientDetails(clientSource ?? {});
  if (clientSource) reader.nest("client", errors);
  const reference = reader.text("reference", 128) ?? "";
  const senderName = reader.text("sender_name", 40) ?? "";
  const whitelist = reader.list("payout_method_whitelist") ?? null;
  if (whitelist?.some((name) => name !== payoutMethod)) {
    reader.fail(
      "payout_method_whitelist",
      "invalid_payment_method_whitelist",
      "Invalid payout method.",
    );
  }
  reader.finish();
  const id = sandbox.random.uuid();
  const now = sandbox.clock.nowSeconds();
  const document: PayoutDocument = {
    payment: paymentDetails({
      is_outgoing: true,
      payment_type: "payout",
      amount: payment.amount,
      currency: payment.currency,
      fee_amount: sandbox.settings.current().payoutFeeMinor,
      description: payment.description,
      paidOn: null,
    }),
    client,
    transaction_data: { flow: "payform", extra: {}, country: "", attempts: [], payment_method: "" },
    issuer_details: { brand_name: "Wallet", legal_name: "Wallet (Pty) Ltd" },
    status: "initialized",
    status_history: [{ status: "initialized", timestamp: now }],
    company_id: sandbox.config.companyId,
    is_test: mode === "test",
    user_id: null,
    brand_id: sandbox.config.brandId,
    sender_name: senderName,
    recipient_card_country: "",
    recipient_card_brand: null,
    payout_method_whitelist: whitelist,
    execution_url: `${sandbox.config.publicUrl}/po/${id}/${payoutMethod}/`,
    reference_generated: String(sandbox.store.nextCounter("payout_reference")),
    reference,
    created_on: now,
    updated_on: now,
    type: "payout",
    id,
  };
  sandbox.store.transaction(() => {
    insertPayout(sandbox, mode, document);
    announcePayout(sandbox, "payout.created", document);
  });
  return document;
}

function readPayment(reader: FieldReader): {
  amount: number;
  currency: string;
  description: string;
} {
  const source = reader.object("payment", { required: true });
  const payment = new FieldReader(source ?? {});
  // Payouts take integer strings too, and answer with integers.
  const amount = payment.integer("amount", { min: 1, digits: true }, { required: true }) ?? 0;
  const currency = payment.text("currency", 3, { required: true }) ?? "";
  if (currency !== "" && !currencies.has(currency)) {
    payment.fail(
      "currency",
      "invalid_choice",
      `${JSON.stringify(currency)} is not a valid choice.`,
    );
  }
  const description = payment.text("description", 256) ?? "";
  if (source) reader.nest("payment", payment.errors);
  return { amount, currency, description };
}
