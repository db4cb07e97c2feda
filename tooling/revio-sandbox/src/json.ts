export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Copy of `document` with dotted paths replaced, e.g. `{ "payment.amount": 1 }`. */
export function withReplaced(document: JsonObject, replacements: JsonObject): JsonObject {
  const copy = structuredClone(document);
  for (const [path, value] of Object.entries(replacements)) {
    const names = path.split(".");
    const last = names.pop()!;
    let place: Json = copy;
    for (const name of names) {
      const inner: Json | undefined = isJsonObject(place) ? place[name] : undefined;
      if (!isJsonObject(inner)) {
        place = null;
        break;
      }
      place = inner;
    }
    if (isJsonObject(place)) place[last] = value;
  }
  return copy;
}
