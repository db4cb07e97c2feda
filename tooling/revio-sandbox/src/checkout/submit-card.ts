import type { Sandbox } from "../sandbox.ts";
import { beginExecution, finishExecution, viewPurchase } from "../purchase/pay-purchase.ts";
import { type CardUsed, cardUsed } from "../purchase/card-used.ts";
import type { AttemptError, PurchaseDocument } from "../purchase/purchase-document.ts";
import { isPayable } from "../purchase/purchase-status.ts";
import { requirePurchase } from "../purchase/purchase-store.ts";
import { scheduleTask } from "../tasks.ts";
import {
  acceptedCvc,
  behaviourOf,
  cardBrand,
  invalidCvc,
  passesChecksum,
  threeDSecureFailed,
} from "./cards.ts";

/** The fields of the checkout form, as posted. */
export interface CardForm {
  card_number: string;
  /** MM/YY */
  expires: string;
  cvc: string;
  cardholder_name: string;
}

export type FormErrors = Partial<Record<keyof CardForm, string>>;

export type CardOutcome =
  | { kind: "form_error"; errors: FormErrors }
  | { kind: "not_payable"; purchase: PurchaseDocument }
  | { kind: "three_d_secure"; attemptId: string }
  | { kind: "processed"; purchase: PurchaseDocument; error: AttemptError | null };

interface ReadForm {
  number: string;
  month: number;
  year: number;
}

interface StoredAttempt {
  id: string;
  purchase_id: string;
  state: "three_d_secure" | "processing" | "done";
  card: string;
  created_ms: number;
}

interface AttemptCard {
  used: CardUsed;
  error: AttemptError | null;
  slow: boolean;
}

/**
 * The payer presses Pay. Details that cannot be a card are a form error and make no attempt; a
 * card that is declined makes a failed one.
 */
export function submitCard(
  sandbox: Sandbox,
  purchaseId: string,
  form: CardForm,
  clientIp: string,
): CardOutcome {
  return sandbox.store.transaction(() => {
    const purchase = requirePurchase(sandbox, purchaseId);
    viewPurchase(sandbox, purchase);
    if (!isPayable(purchase.status)) return { kind: "not_payable", purchase };
    const { read, errors } = readForm(sandbox, purchase, form);
    if (!read) return { kind: "form_error", errors };
    const behaviour = behaviourOf(read.number);
    const wrongCvc = form.cvc.trim() !== acceptedCvc;
    const card: AttemptCard = {
      used: cardUsed({
        number: read.number,
        expiryMonth: read.month,
        expiryYear: read.year,
        cardholderName: form.cardholder_name.trim(),
        threeDSecure: behaviour.threeDSecure && !wrongCvc,
        clientIp,
      }),
      error: wrongCvc ? invalidCvc : behaviour.error,
      slow: behaviour.slow && !wrongCvc,
    };
    if (behaviour.threeDSecure && !wrongCvc) {
      const attemptId = storeAttempt(sandbox, purchaseId, "three_d_secure", card);
      return { kind: "three_d_secure", attemptId };
    }
    return execute(sandbox, purchase, card);
  });
}

/** The payer's answer on the 3-D Secure page. */
export function answerThreeDSecure(
  sandbox: Sandbox,
  purchaseId: string,
  attemptId: string,
  approved: boolean,
): CardOutcome {
  return sandbox.store.transaction(() => {
    const purchase = requirePurchase(sandbox, purchaseId);
    const attempt = findAttempt(sandbox, purchaseId, attemptId);
    // An attempt begun in time may still succeed after `due`: that is how `expired` becomes `paid`.
    const inTime = attempt !== undefined && Math.floor(attempt.created_ms / 1000) <= purchase.due;
    const open = isPayable(purchase.status) || (purchase.status === "expired" && inTime);
    if (attempt?.state !== "three_d_secure" || !open) return { kind: "not_payable", purchase };
    sandbox.store.run("UPDATE attempts SET state = 'done' WHERE id = ?", attempt.id);
    const card = JSON.parse(attempt.card) as AttemptCard;
    return execute(sandbox, purchase, approved ? card : { ...card, error: threeDSecureFailed });
  });
}

/**
 * The acquirer's late answer to an attempt that is `pending_execute`.
 *
 * @returns false when nothing is in flight
 */
export function settleAttempt(
  sandbox: Sandbox,
  purchaseId: string,
  error: AttemptError | null,
): boolean {
  return sandbox.store.transaction(() => {
    const attempt = sandbox.store.get<StoredAttempt>(
      "SELECT * FROM attempts WHERE purchase_id = ? AND state = 'processing' ORDER BY created_ms LIMIT 1",
      purchaseId,
    );
    if (!attempt) return false;
    sandbox.store.run("UPDATE attempts SET state = 'done' WHERE id = ?", attempt.id);
    const card = JSON.parse(attempt.card) as AttemptCard;
    finishExecution(sandbox, requirePurchase(sandbox, purchaseId), card.used, error ?? card.error);
    return true;
  });
}

export function findAttempt(
  sandbox: Sandbox,
  purchaseId: string,
  attemptId: string,
): StoredAttempt | undefined {
  return sandbox.store.get<StoredAttempt>(
    "SELECT * FROM attempts WHERE id = ? AND purchase_id = ?",
    attemptId,
    purchaseId,
  );
}

function execute(sandbox: Sandbox, purchase: PurchaseDocument, card: AttemptCard): CardOutcome {
  beginExecution(sandbox, purchase);
  const { executeMode, slowCardSeconds } = sandbox.settings.current();
  if (card.slow || executeMode === "pending") {
    storeAttempt(sandbox, purchase.id, "processing", card);
    if (executeMode !== "pending")
      scheduleTask(sandbox, "settle_attempt", purchase.id, slowCardSeconds);
  } else {
    finishExecution(sandbox, purchase, card.used, card.error);
  }
  return { kind: "processed", purchase, error: card.error };
}

function storeAttempt(
  sandbox: Sandbox,
  purchaseId: string,
  state: StoredAttempt["state"],
  card: AttemptCard,
): string {
  const id = sandbox.random.uuid();
  sandbox.store.run(
    "INSERT INTO attempts (id, purchase_id, state, card, created_ms) VALUES (?, ?, ?, ?, ?)",
    id,
    purchaseId,
    state,
    JSON.stringify(card),
    sandbox.clock.nowMs(),
  );
  return id;
}

function readForm(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  form: CardForm,
): { read?: ReadForm; errors: FormErrors } {
  const errors: FormErrors = {};
  const number = form.card_number.replaceAll(/[\s-]/g, "");
  if (!/^\d{13,19}$/.test(number) || !passesChecksum(number)) {
    errors.card_number = "This is not a valid card number.";
  } else if (
    purchase.payment_method_whitelist &&
    !purchase.payment_method_whitelist.includes(cardBrand(number))
  ) {
    errors.card_number = "This kind of card is not accepted for this payment.";
  }
  const [, monthText = "", yearText = ""] =
    /^\s*(\d{1,2})\s*\/\s*(?:20)?(\d{2})\s*$/.exec(form.expires) ?? [];
  const month = Number(monthText);
  const year = Number(yearText);
  const now = new Date(sandbox.clock.nowMs());
  const past = year * 12 + month < (now.getUTCFullYear() % 100) * 12 + now.getUTCMonth() + 1;
  if (monthText === "" || month < 1 || month > 12) errors.expires = "Use the form MM/YY.";
  else if (past) errors.expires = "This card has expired.";
  if (!/^\d{3,4}$/.test(form.cvc.trim())) errors.cvc = "The CVC has three or four digits.";
  if (form.cardholder_name.trim() === "") errors.cardholder_name = "Enter the name on the card.";
  else if (form.cardholder_name.length > 128) errors.cardholder_name = "This name is too long.";
  return Object.keys(errors).length > 0 ? { errors } : { read: { number, month, year }, errors };
}
