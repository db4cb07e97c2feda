import type { JsonObject } from "../json.ts";

/** Payer or beneficiary, in Revio's words. Absent text is "", absent references are null. */
export interface ClientDetails extends JsonObject {
  email: string;
  phone: string;
  full_name: string;
  bank_account: string;
  bank_code: string;
}

export interface AttemptError extends JsonObject {
  code: string;
  message: string;
}

export interface TransactionData extends JsonObject {
  flow: string;
  extra: JsonObject;
  country: string;
  attempts: JsonObject[];
  payment_method: string;
}

/** Money as it moved. Amounts are JSON integers in minor units, as on Revio's wire. */
export interface PaymentDetails extends JsonObject {
  is_outgoing: boolean;
  payment_type: string;
  amount: number;
  currency: string;
  net_amount: number;
  fee_amount: number;
  pending_amount: number;
  pending_unfreeze_on: null;
  description: string;
  paid_on: number | null;
  remote_paid_on: number | null;
  owned_bank_account_id: null;
  owned_bank_account: null;
  owned_bank_code: null;
}

export interface ProductLine extends JsonObject {
  name: string;
  quantity: string;
  price: number;
  discount: number;
  tax_percent: string;
  category: string;
  total_price_override: number | null;
}

export interface PurchaseDetails extends JsonObject {
  currency: string;
  products: ProductLine[];
  total: number;
  timezone: string;
  due_strict: boolean;
  single_attempt: boolean;
  metadata: JsonObject;
}

export interface StatusEntry extends JsonObject {
  status: string;
  timestamp: number;
}

/** The REST body of a purchase, without `event_type`. Fields the sandbox never reads are typed as JSON. */
export interface PurchaseDocument extends JsonObject {
  client: ClientDetails;
  purchase: PurchaseDetails;
  payment: PaymentDetails | null;
  issuer_details: JsonObject;
  transaction_data: TransactionData;
  status: string;
  status_history: StatusEntry[];
  viewed_on: number | null;
  due: number;
  brand_id: string;
  company_id: string;
  is_test: boolean;
  reference: string;
  reference_generated: string;
  refund_availability: string;
  refundable_amount: number;
  skip_capture: boolean;
  force_recurring: boolean;
  is_recurring_token: boolean;
  recurring_token: string | null;
  payment_method_whitelist: string[] | null;
  success_redirect: string;
  failure_redirect: string;
  cancel_redirect: string;
  success_callback: string;
  marked_as_paid: boolean;
  checkout_url: string;
  created_on: number;
  updated_on: number;
  type: "purchase";
  id: string;
}

/** Revio's Payment object: a refund, chargeback or its reversal. */
export interface PaymentDocument extends JsonObject {
  client: ClientDetails;
  payment: PaymentDetails;
  status: string;
  reference: string;
  related_to: { type: string; id: string; reference: string };
  is_test: boolean;
  created_on: number;
  updated_on: number;
  type: "payment";
  id: string;
}

export function paymentDetails(
  fields: Pick<
    PaymentDetails,
    "is_outgoing" | "payment_type" | "amount" | "currency" | "fee_amount" | "description"
  > & {
    paidOn: number | null;
  },
): PaymentDetails {
  return {
    is_outgoing: fields.is_outgoing,
    payment_type: fields.payment_type,
    amount: fields.amount,
    currency: fields.currency,
    net_amount: fields.amount - fields.fee_amount,
    fee_amount: fields.fee_amount,
    pending_amount: 0,
    pending_unfreeze_on: null,
    description: fields.description,
    paid_on: fields.paidOn,
    remote_paid_on: fields.paidOn,
    owned_bank_account_id: null,
    owned_bank_account: null,
    owned_bank_code: null,
  };
}
