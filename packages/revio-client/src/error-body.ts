/** One error from a Revio error body. `path` is dotted ("purchase.products.0"); "" = the whole request. */
export interface RevioFieldError {
  path: string;
  /** Revio's machine word; null when there is none. */
  code: string | null;
  /** Revio's words, with secrets, URLs, e-mail addresses and long numbers masked. For operators. */
  message: string;
}

const MAX_ERRORS = 50;
const MAX_DEPTH = 12;
const MAX_TEXT = 300;
const CODE = /^[\w.-]{1,100}$/;
const WHOLE_REQUEST = new Set(["__all__", "non_field_errors", "detail", "error"]);

type Scrub = (text: string) => string;
type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `{message, code}` of the gateway and `{description, code}` of the card endpoint. */
function leafMessage(fields: Fields): string | null {
  for (const key of ["message", "description", "friendly_message"]) {
    if (typeof fields[key] === "string") return fields[key];
  }
  return typeof fields["code"] === "string" ? "" : null;
}

function joinPath(path: string, key: string): string {
  if (WHOLE_REQUEST.has(key)) return path;
  return path === "" ? key : `${path}.${key}`;
}

/**
 * Flattens every error form that Revio sends or documents: field → array of `{message, code}`,
 * the object form, the nested form that follows the request's shape, `__all__`,
 * `{"error": {...}}`, `{"detail": "..."}`, a bare string, and arrays of strings.
 * Never throws and is bounded, because the body comes from outside.
 */
export function flattenErrorBody(body: unknown, scrub: Scrub = (text) => text): RevioFieldError[] {
  const errors: RevioFieldError[] = [];

  const add = (path: string, code: unknown, message: string): void => {
    if (errors.length >= MAX_ERRORS) return;
    const word = typeof code === "string" || typeof code === "number" ? scrub(String(code)) : "";
    // Masked first, cut afterwards: half a secret is still a secret.
    errors.push({
      path: scrub(path).slice(0, MAX_TEXT),
      code: CODE.test(word) ? word : null,
      message: scrub(message).slice(0, MAX_TEXT),
    });
  };

  const visit = (value: unknown, path: string, depth: number): void => {
    if (depth > MAX_DEPTH || errors.length >= MAX_ERRORS) return;
    if (typeof value === "string") return add(path, null, value);
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        // An array of errors belongs to its field; an array of nested forms follows the request.
        const isLeaf = !isFields(item) || leafMessage(item) !== null;
        visit(item, isLeaf ? path : joinPath(path, String(index)), depth + 1);
      }
      return;
    }
    if (!isFields(value)) return;
    const message = leafMessage(value);
    if (message !== null) return add(path, value["code"], message);
    for (const [key, child] of Object.entries(value)) visit(child, joinPath(path, key), depth + 1);
  };

  visit(body, "", 0);
  return errors;
}

const UUID_OR_PRIVATE =
  /https?:\/\/[^\s"<>]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[^\s@"<>]+@[^\s@"<>]+|\d(?:[ -]?\d){6,}/gi;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Builds the mask for provider text: the given secrets, URLs, e-mail addresses, account-like numbers. */
export function createScrub(secrets: readonly string[]): Scrub {
  const known = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, "[secret]");
    return clean.replace(UUID_OR_PRIVATE, (found) => (UUID.test(found) ? found : "[redacted]"));
  };
}
