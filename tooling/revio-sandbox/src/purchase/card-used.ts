import { cardBrand } from "../checkout/cards.ts";
import type { JsonObject } from "../json.ts";

/** What is kept of a card: never the full number, never the CVC. */
export interface CardUsed {
  method: string;
  extra: JsonObject;
  clientIp: string;
}

export interface CardDetails {
  number: string;
  expiryMonth: number;
  /** two digits */
  expiryYear: number;
  cardholderName: string;
  threeDSecure: boolean;
  clientIp: string;
}

export function cardUsed(card: CardDetails): CardUsed {
  const brand = cardBrand(card.number);
  return {
    method: brand,
    clientIp: card.clientIp,
    extra: {
      card_type: "credit",
      card_brand: brand,
      masked_pan: `${card.number.slice(0, 6)}******${card.number.slice(-4)}`,
      card_issuer: "EXAMPLE BANK",
      expiry_year: card.expiryYear,
      expiry_month: card.expiryMonth,
      three_d_secure: card.threeDSecure,
      cardholder_name: card.cardholderName,
      card_issuer_country: "ZA",
    },
  };
}

/** For payments that the controls make without a card form. */
export function standInCard(clientIp: string): CardUsed {
  return cardUsed({
    number: "4444333322221111",
    expiryMonth: 12,
    expiryYear: 39,
    cardholderName: "SANDBOX",
    threeDSecure: false,
    clientIp,
  });
}
