import type { Stack } from "@revio-wallet/dev/stack";

type Sandbox = Pick<Stack, "sandboxUrl" | "sandboxApiUrl" | "revioApiKey">;

/** Calls the sandbox's controls: what a payer or a person at Revio would do. @throws if the answer is no success */
export async function control<Answer>(
  { sandboxUrl }: Sandbox,
  path: string,
  body?: object,
): Promise<Answer> {
  return readAnswer<Answer>(
    await fetch(`${sandboxUrl}/sandbox/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    }),
  );
}

/** Calls the API that Revio has too, with our key. */
export async function callRevio<Answer>(
  { sandboxApiUrl, revioApiKey }: Sandbox,
  method: "GET" | "PATCH",
  path: string,
  body?: object,
): Promise<Answer> {
  return readAnswer<Answer>(
    await fetch(`${sandboxApiUrl}/${path}`, {
      method,
      headers: { authorization: `Bearer ${revioApiKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    }),
  );
}

async function readAnswer<Answer>(response: Response): Promise<Answer> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answers ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}
