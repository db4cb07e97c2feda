import type { AttemptError } from "../purchase/purchase-document.ts";

export const paymentMethods: readonly string[] = ["mastercard", "visa"];

/** What happens once the card details themselves are in order. */
export interface CardBehaviour {
  threeDSecure: boolean;
  /** null pays */
  error: AttemptError | null;
  /** Stays `pending_execute` for a while first. */
  slow: boolean;
}

export interface TestCard extends CardBehaviour {
  number: string;
  note: string;
  /** true: from Revio's documentation; false: this sandbox's own */
  documented: boolean;
}

const pays = { threeDSecure: false, error: null, slow: false };

function declines(number: string, code: string, message: string): TestCard {
  return {
    ...pays,
    number,
    note: `declined: ${code}`,
    documented: false,
    error: { code, message },
  };
}

export const testCards: readonly TestCard[] = [
  {
    ...pays,
    number: "5555555555554444",
    note: "3-D Secure step, then paid",
    documented: true,
    threeDSecure: true,
  },
  { ...pays, number: "4444333322221111", note: "paid at once", documented: true },
  declines("4000000000009995", "insufficient_funds", "Insufficient funds"),
  declines("4000000000000002", "do_not_honour", "Do not honour"),
  declines("4000000000000069", "expired_card", "Expired card"),
  declines("4000000000000127", "suspected_fraud", "Suspected fraud"),
  declines("4000000000000119", "timeout_acquirer_status_check", "Acquirer status check timed out"),
  {
    ...pays,
    number: "4000000000000341",
    note: "slow: pending_execute for 5 s, then paid",
    documented: false,
    slow: true,
  },
];

/** Any other card number that passes the checksum is declined. */
const unknownCard: CardBehaviour = {
  threeDSecure: false,
  slow: false,
  error: {
    code: "transaction_not_supported_or_not_valid_for_card",
    message: "Transaction not supported or not valid for card",
  },
};

export function behaviourOf(cardNumber: string): CardBehaviour {
  return testCards.find((card) => card.number === cardNumber) ?? unknownCard;
}

/** The only CVC that Revio's test mode accepts. */
export const acceptedCvc = "123";

export const invalidCvc: AttemptError = { code: "validation_cvc_invalid", message: "Invalid CVC" };

export const threeDSecureFailed: AttemptError = {
  code: "3ds_authentication_failed",
  message: "3D Secure authentication failed",
};

export function cardBrand(cardNumber: string): "mastercard" | "visa" {
  return /^(5[1-5]|2[2-7])/.test(cardNumber) ? "mastercard" : "visa";
}

export function passesChecksum(cardNumber: string): boolean {
  let sum = 0;
  for (const [position, digit] of cardNumber.split("").toReversed().entries()) {
    const value = Number(digit) * (position % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
