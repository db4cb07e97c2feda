import { displayAmount, lineTotal, scaledDecimal } from "../money.ts";
import type { ProductLine, PurchaseDocument } from "../purchase/purchase-document.ts";
import { testCards } from "./cards.ts";
import { checkoutStyle } from "./checkout-style.ts";
import { type Html, html, page } from "./page.ts";
import type { CardForm, FormErrors } from "./submit-card.ts";

interface FormState {
  /** What the payer typed, except the CVC. */
  typed?: Partial<CardForm>;
  errors?: FormErrors;
  /** Above the form: why the last attempt failed. */
  failure?: string;
}

/** The card form. Shows the amount, the lines and how to test. */
export function paymentPage(purchase: PurchaseDocument, state: FormState): Response {
  const problem = state.errors && Object.keys(state.errors).length > 0;
  return page({
    title: `Pay ${displayAmount(purchase.purchase.total, purchase.purchase.currency)}`,
    style: checkoutStyle,
    status: problem ? 422 : 200,
    body: html`<main>
      <p class="mode">${modeLine(purchase)}</p>
      ${summary(purchase)}
      <section class="panel">
        <h2>${state.failure ? "Try again" : "Card details"}</h2>
        ${state.failure ? html`<p class="notice bad" role="alert">Payment failed: ${state.failure}. Nothing was charged.</p>` : undefined}
        ${cardForm(purchase, state)}
      </section>
      ${backLink(purchase)} ${testCardList()}
    </main>`,
  });
}

/** The bank's step between card details and payment. */
export function threeDSecurePage(purchase: PurchaseDocument, attemptId: string): Response {
  return page({
    title: "Approve this payment",
    style: checkoutStyle,
    body: html`<main>
      <p class="mode">${modeLine(purchase)}</p>
      ${summary(purchase)}
      <section class="panel">
        <h2>Your bank asks: is this you?</h2>
        <p>
          This stands in for your bank's 3-D Secure page. Approve to pay, or decline to refuse this
          attempt.
        </p>
        <form method="post" action="/p/${purchase.id}/3ds/${attemptId}/">
          <button name="outcome" value="approve">Approve payment</button>
          <button class="second" name="outcome" value="decline">Decline</button>
        </form>
      </section>
      ${backLink(purchase)}
    </main>`,
  });
}

const endings: Record<string, { good: boolean; title: string; text: string }> = {
  paid: { good: true, title: "Payment complete", text: "Your payment was received." },
  hold: { good: true, title: "Payment authorised", text: "The amount is reserved on your card." },
  preauthorized: {
    good: true,
    title: "Card stored",
    text: "Your card was stored. Nothing was charged.",
  },
  pending_execute: {
    good: true,
    title: "Payment in progress",
    text: "Your bank is still processing this payment. You can close this page.",
  },
  refunded: { good: true, title: "Payment refunded", text: "This payment was refunded." },
  cancelled: {
    good: false,
    title: "Payment cancelled",
    text: "This payment was cancelled and can no longer be paid.",
  },
  expired: {
    good: false,
    title: "Payment expired",
    text: "The time to pay has passed. Ask the seller for a new payment link.",
  },
};

/** For a purchase that cannot be paid (any more). */
export function endPage(purchase: PurchaseDocument): Response {
  const ending = endings[purchase.status] ?? {
    good: false,
    title: "Payment closed",
    text: "This payment can't be paid now.",
  };
  return page({
    title: ending.title,
    style: checkoutStyle,
    body: html`<main>
      <p class="mode">${modeLine(purchase)}</p>
      ${summary(purchase)}
      <section class="panel">
        <h2>${ending.title}</h2>
        <p class="notice ${ending.good ? "good" : "bad"}">${ending.text}</p>
      </section>
      ${backLink(purchase)}
    </main>`,
  });
}

export function unknownPage(): Response {
  return page({
    title: "Payment not found",
    style: checkoutStyle,
    status: 404,
    body: html`<main>
      <section class="panel">
        <h2>Payment not found</h2>
        <p>Check the link, or ask the seller for a new one.</p>
      </section>
    </main>`,
  });
}

function modeLine(purchase: PurchaseDocument): string {
  return purchase.is_test
    ? "Revio sandbox, test payment: no real money moves"
    : "Revio sandbox: no real money moves";
}

function summary(purchase: PurchaseDocument): Html {
  const { currency, total, products } = purchase.purchase;
  return html`<section class="panel">
    <p class="seller">Wallet (Pty) Ltd</p>
    <h1>${displayAmount(total, currency)}</h1>
    <ul class="lines">
      ${products.map(
        (line) =>
          html`<li>
            <span>${line.name}${quantityOf(line)}</span
            ><span>${displayAmount(totalOf(line), currency)}</span>
          </li>`,
      )}
    </ul>
    ${purchase.reference ? html`<p class="reference">Reference ${purchase.reference}</p>` : undefined}
  </section>`;
}

function quantityOf(line: ProductLine): string {
  return line.quantity === "1.0000" ? "" : ` × ${line.quantity.replace(/\.?0+$/, "")}`;
}

function totalOf(line: ProductLine): bigint {
  return lineTotal({
    priceMinor: BigInt(line.price),
    quantityScaled: scaledDecimal(line.quantity, 4),
    discountMinor: BigInt(line.discount),
    taxPercentScaled: scaledDecimal(line.tax_percent, 2),
    totalOverrideMinor:
      line.total_price_override === null ? null : BigInt(line.total_price_override),
  }).totalMinor;
}

function cardForm(purchase: PurchaseDocument, { typed = {}, errors = {} }: FormState): Html {
  const amount = displayAmount(purchase.purchase.total, purchase.purchase.currency);
  return html`<form method="post" action="/p/${purchase.id}/" novalidate>
    ${field("card_number", "Card number", typed.card_number, errors.card_number, "numeric", "cc-number", "0000 0000 0000 0000")}
    <div class="pair">
      ${field("expires", "Expiry", typed.expires, errors.expires, "text", "cc-exp", "MM/YY")}
      ${field("cvc", "CVC", "", errors.cvc, "numeric", "cc-csc", "123")}
    </div>
    ${field("cardholder_name", "Name on card", typed.cardholder_name, errors.cardholder_name, "text", "cc-name", "")}
    <button>Pay ${amount}</button>
  </form>`;
}

function field(
  name: string,
  label: string,
  value: string | undefined,
  error: string | undefined,
  inputMode: string,
  autocomplete: string,
  placeholder: string,
): Html {
  const describedBy = error
    ? html` aria-invalid="true" aria-describedby="${name}-error"`
    : undefined;
  return html`<label
    >${label}
    <input
      name="${name}"
      value="${value ?? ""}"
      inputmode="${inputMode}"
      autocomplete="${autocomplete}"
      placeholder="${placeholder}"
      ${describedBy}
    />
    ${error ? html`<span class="wrong" id="${name}-error">${error}</span>` : undefined}
  </label>`;
}

/** Goes back to the shop. It does not cancel: the purchase stays payable. */
function backLink(purchase: PurchaseDocument): Html | undefined {
  const target =
    purchase.status === "paid" && purchase.success_redirect
      ? purchase.success_redirect
      : purchase.cancel_redirect || purchase.failure_redirect;
  return target ? html`<p class="back"><a href="${target}">Return to seller</a></p>` : undefined;
}

function testCardList(): Html {
  const rows = testCards.map(
    (card) =>
      html`<tr>
        <td><code>${card.number.replaceAll(/(\d{4})(?=\d)/g, "$1\u00a0")}</code></td>
        <td>${card.note}${card.documented ? "" : " *"}</td>
      </tr>`,
  );
  return html`<section class="panel">
    <details open>
      <summary>How to test</summary>
      <p>
        Any name, any expiry from this month on. CVC <code>123</code> is accepted; any other CVC
        fails the attempt.
      </p>
      <table>
        ${rows}
      </table>
      <p>* Cards of this sandbox alone. Revio documents only the first two.</p>
    </details>
  </section>`;
}
