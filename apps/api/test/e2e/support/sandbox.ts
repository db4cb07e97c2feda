import { stack } from "./stack.ts";

/** A call of the sandbox's control surface: what a payer, a bank, or bad luck would do. */
export async function control<Result = unknown>(path: string, body?: object): Promise<Result> {
  const response = await fetch(new URL(`/sandbox/${path}`, stack.sandboxUrl), {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`/sandbox/${path} answers ${response.status}: ${text}`);
  return JSON.parse(text) as Result;
}

export interface SandboxPurchase {
  id: string;
  reference: string;
  status: string;
}

export interface Books {
  openingMinor: number;
  movements: { kind: string; reference: string; amountMinor: number; feeMinor: number }[];
  payouts: {
    payoutId: string;
    reference: string;
    status: string;
    executions: number;
    payments: number;
    pendingPayments: number;
  }[];
  balances: { currency: string; ecommerceMinor: number; pendingPayoutsMinor: number }[];
}

/** What really happened at the provider. */
export function readBooks(): Promise<Books> {
  return control<Books>("books");
}

export function purchasesOf(reference: string): Promise<SandboxPurchase[]> {
  return control<SandboxPurchase[]>(`purchases?reference=${reference}`);
}

/** The payer enters a card that is paid at once. */
export async function payPurchaseOf(reference: string): Promise<string> {
  const [purchase] = await purchasesOf(reference);
  if (purchase === undefined) throw new Error(`no purchase has the reference ${reference}`);
  await control(`purchases/${purchase.id}/pay`, {});
  return purchase.id;
}

export async function clearFaults(): Promise<void> {
  await fetch(new URL("/sandbox/faults", stack.sandboxUrl), { method: "DELETE" });
}
