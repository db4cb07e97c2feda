/** A call of the sandbox's controls, which have no key: what a payer, a bank, or bad luck would do. @throws unless it succeeds */
export async function control<Answer>(
  sandboxUrl: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const response = await fetch(`${sandboxUrl}/sandbox/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`/sandbox/${path} answers ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

/** What the provider's own books say, as far as the checkers read them. */
export interface Books {
  readonly movements: readonly {
    readonly kind: string;
    readonly objectId: string;
    readonly reference: string;
    readonly amountMinor: number;
    readonly feeMinor: number;
  }[];
  readonly payouts: readonly {
    readonly payoutId: string;
    readonly reference: string;
    readonly amountMinor: number;
    readonly status: string;
    readonly executions: number;
    readonly payments: number;
    readonly pendingPayments: number;
  }[];
}
