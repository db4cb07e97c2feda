/** Why a body was not taken. */
export type BodyRefusal = "too_large" | "encoded" | "wrong_type";

/**
 * Headers for the answer to a refused body. Whatever of it was not read would stand in front of the next request on the
 * connection, which may be another caller's behind a proxy of ours.
 */
export const afterRefusedBody = { connection: "close" } as const;

/**
 * What is too large is read on for so long, and thrown away: a sender whose connection is cut while it writes never sees the
 * refusal.
 */
const lingerBytes = 512 * 1024;

/**
 * The bytes of a JSON request as they were sent. Refuses before reading what can be refused by its headers, keeps no more
 * than `maxBytes`, and stops reading soon after: a length header may lie, or be absent.
 */
export async function readJsonBytes(
  request: Pick<Request, "headers" | "body">,
  maxBytes: number,
): Promise<{ bytes: Buffer } | { refused: BodyRefusal }> {
  const { headers, body } = request;
  if ((headers.get("content-encoding") ?? "identity").toLowerCase() !== "identity") {
    return { refused: "encoded" };
  }
  if (!isJson(headers.get("content-type"))) return { refused: "wrong_type" };
  if (Number(headers.get("content-length") ?? 0) > maxBytes) return { refused: "too_large" };
  if (body === null) return { bytes: Buffer.alloc(0) };
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > maxBytes + lingerBytes) {
      await reader.cancel().catch(() => undefined);
      return { refused: "too_large" };
    }
    if (length <= maxBytes) chunks.push(value);
  }
  return length > maxBytes ? { refused: "too_large" } : { bytes: Buffer.concat(chunks) };
}

/** `application/json`, at most with charset utf-8. */
function isJson(contentType: string | null): boolean {
  return /^application\/json(\s*;\s*charset="?utf-8"?)?$/i.test(contentType?.trim() ?? "");
}
