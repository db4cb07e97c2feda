import type { JsonObject } from "../json.ts";
import type {
  ClientDetails,
  PaymentDetails,
  StatusEntry,
  TransactionData,
} from "../purchase/purchase-document.ts";

/** The one payout method of the sandbox: an invented slug for a South African bank payment. */
export const payoutMethod = "sandbox_bank";

/** The REST body of a payout, without `event_type`. */
export interface PayoutDocument extends JsonObject {
  payment: PaymentDetails;
  client: ClientDetails;
  transaction_data: TransactionData;
  status: string;
  status_history: StatusEntry[];
  brand_id: string;
  company_id: string;
  is_test: boolean;
  reference: string;
  reference_generated: string;
  sender_name: string;
  execution_url: string;
  created_on: number;
  updated_on: number;
  type: "payout";
  id: string;
}
