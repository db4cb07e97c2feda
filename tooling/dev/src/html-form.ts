export interface HtmlForm {
  /** As written in the page: resolve it against the page's URL. */
  readonly action: string;
  readonly method: "get" | "post";
  /** Names and preset values of everything that a browser would send, in page order. */
  readonly fields: ReadonlyMap<string, string>;
  readonly buttons: readonly HtmlButton[];
}

export interface HtmlButton {
  readonly label: string;
  /** What a click adds to the fields. */
  readonly name?: string;
  readonly value: string;
}

/** Finds the forms of a simple server-rendered page; not a general HTML parser. */
export function readForms(html: string): HtmlForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(
    ([, tag = "", body = ""]) => {
      const attributes = readAttributes(tag);
      return {
        action: attributes.get("action") ?? "",
        method: attributes.get("method")?.toLowerCase() === "post" ? "post" : "get",
        fields: readFields(body),
        buttons: readButtons(body),
      };
    },
  );
}

function readFields(body: string): Map<string, string> {
  const fields = new Map<string, string>();
  const elements = /<(select|textarea)\b([^>]*)>([\s\S]*?)<\/\1>|<input\b([^>]*)>/gi;
  for (const [, element = "input", tag = "", content = "", inputTag] of body.matchAll(elements)) {
    const attributes = readAttributes(inputTag ?? tag);
    const name = attributes.get("name");
    if (name === undefined || attributes.has("disabled")) continue;
    const type = attributes.get("type")?.toLowerCase();
    if (type === "submit" || type === "button" || type === "reset") continue;
    if ((type === "checkbox" || type === "radio") && !attributes.has("checked")) continue;
    fields.set(name, presetValue(element.toLowerCase(), attributes, content));
  }
  return fields;
}

function presetValue(element: string, attributes: Map<string, string>, content: string): string {
  if (element === "textarea") return decodeEntities(content);
  if (element === "input") return attributes.get("value") ?? "";
  const options = [...content.matchAll(/<option\b([^>]*)>([^<]*)/gi)].map(
    ([, tag = "", text = ""]) => ({
      attributes: readAttributes(tag),
      text: decodeEntities(text).trim(),
    }),
  );
  const chosen = options.find((option) => option.attributes.has("selected")) ?? options[0];
  return chosen?.attributes.get("value") ?? chosen?.text ?? "";
}

function readButtons(body: string): HtmlButton[] {
  const buttons = [...body.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].map(
    ([, tag = "", label = ""]) => button(readAttributes(tag), label.replace(/<[^>]*>/g, " ")),
  );
  const inputs = [...body.matchAll(/<input\b([^>]*)>/gi)]
    .map(([, tag = ""]) => readAttributes(tag))
    .filter((attributes) => attributes.get("type")?.toLowerCase() === "submit")
    .map((attributes) => button(attributes, attributes.get("value") ?? ""));
  return [...buttons, ...inputs];
}

function button(attributes: Map<string, string>, label: string): HtmlButton {
  const name = attributes.get("name");
  return {
    label: decodeEntities(label).replace(/\s+/g, " ").trim(),
    value: attributes.get("value") ?? "",
    ...(name === undefined ? {} : { name }),
  };
}

function readAttributes(tag: string): Map<string, string> {
  const attributes = new Map<string, string>();
  const pattern = /([^\s=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
  for (const [, name = "", double, single, bare] of tag.matchAll(pattern)) {
    attributes.set(name.toLowerCase(), decodeEntities(double ?? single ?? bare ?? ""));
  }
  return attributes;
}

const entities: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(String(hex), 16));
    return entities[String(name)] ?? whole;
  });
}
