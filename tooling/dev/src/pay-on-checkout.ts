import { readForms, type HtmlForm } from "./html-form.ts";

export interface Card {
  readonly number: string;
  /** "MM/YY" */
  readonly expires: string;
  readonly cvc: string;
  readonly holder: string;
}

/** Revio's documented test card that asks for 3-D Secure. */
export const cardWithThreeDSecure: Card = {
  number: "5555555555554444",
  expires: "12/40",
  cvc: "123",
  holder: "Thandi Nkosi",
};

export interface CheckoutVisit {
  /** Titles of the pages that the payer saw, in order. */
  readonly pages: readonly string[];
  /** Where the checkout sent the browser when it was done: the shop's success or failure page. */
  readonly returnedTo: string;
}

interface Page {
  readonly url: string;
  readonly title: string;
  readonly html: string;
}

const mostSteps = 10;

/**
 * Pays as a person with a browser does: opens the page, fills in its form, follows redirects,
 * approves the 3-D Secure step. Nothing is known about the server but its pages.
 * Throws when the checkout shows a page that leads no further.
 */
export async function payOnCheckout(checkoutUrl: string, card: Card): Promise<CheckoutVisit> {
  const { origin } = new URL(checkoutUrl);
  const pages: string[] = [];
  let next = await visit(checkoutUrl, { method: "GET" }, origin);
  while (typeof next !== "string") {
    pages.push(next.title);
    if (pages.length > mostSteps)
      throw new Error(`The checkout does not end: ${pages.join(" → ")}`);
    next = await submit(next, card, origin);
  }
  return { pages, returnedTo: next };
}

async function submit(page: Page, card: Card, origin: string): Promise<Page | string> {
  const [form] = readForms(page.html);
  const alert = /role="alert">([^<]*)</.exec(page.html)?.[1];
  if (form === undefined || alert !== undefined) {
    throw new Error(`The checkout stops at "${page.title}"${alert ? `: ${alert}` : ""}`);
  }
  const target = new URL(form.action, page.url);
  const body = fillIn(form, card);
  if (form.method === "post") return await visit(target.href, { method: "POST", body }, origin);
  target.search = body.toString();
  return await visit(target.href, { method: "GET" }, origin);
}

function fillIn(form: HtmlForm, card: Card): URLSearchParams {
  const body = new URLSearchParams([...form.fields]);
  const typed = {
    card_number: card.number,
    expires: card.expires,
    cvc: card.cvc,
    cardholder_name: card.holder,
  };
  for (const [name, value] of Object.entries(typed)) {
    if (form.fields.has(name)) body.set(name, value);
  }
  // The first button is the one that goes on; the others decline or cancel.
  const [button] = form.buttons;
  if (button?.name !== undefined) body.set(button.name, button.value);
  return body;
}

/** Loads a page, or returns the address outside the checkout that a redirect leads to. */
async function visit(
  url: string,
  request: { readonly method: "GET" | "POST"; readonly body?: URLSearchParams },
  origin: string,
): Promise<Page | string> {
  const answer = await fetch(url, {
    ...request,
    redirect: "manual",
    signal: AbortSignal.timeout(15_000),
  });
  const html = await answer.text();
  const location = answer.headers.get("location");
  if (location === null) {
    if (answer.status >= 400) throw new Error(`${url} answers ${answer.status}`);
    return { url, html, title: /<title>([^<]*)</i.exec(html)?.[1]?.trim() ?? "" };
  }
  const target = new URL(location, url);
  // A browser follows 303 with GET. The shop's own page need not exist for the payment to be made.
  if (target.origin !== origin) return target.href;
  return await visit(target.href, { method: "GET" }, origin);
}
