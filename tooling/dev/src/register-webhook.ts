export interface RegisteredWebhook {
  readonly id: string;
  /** PEM of the key with which Revio signs this webhook's deliveries. */
  readonly publicKey: string;
}

interface WebhookRecord {
  id: string;
  callback: string;
  public_key: string;
}

/**
 * Makes Revio (here: the sandbox) deliver all events to one callback, as the setup of a real account
 * does once. Reuses a webhook that is registered already and deletes those of earlier runs, which
 * point to ports that are gone and would block the queue of every object.
 */
export async function registerWebhook(options: {
  /** Base of Revio's API, as in `http://127.0.0.1:4010/api/v1`. */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly callback: string;
}): Promise<RegisteredWebhook> {
  const known = (await call(options, "GET", "/webhooks/")) as { results: WebhookRecord[] };
  const current = known.results.find(({ callback }) => callback === options.callback);
  for (const { id } of known.results.filter((webhook) => webhook !== current)) {
    await call(options, "DELETE", `/webhooks/${id}/`);
  }
  const webhook =
    current ??
    ((await call(options, "POST", "/webhooks/", {
      title: "Revio Wallet",
      callback: options.callback,
      all_events: true,
    })) as WebhookRecord);
  return { id: webhook.id, publicKey: webhook.public_key };
}

async function call(
  { apiUrl, apiKey }: { readonly apiUrl: string; readonly apiKey: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
