/** HTML with every interpolated value escaped. Nest fragments by passing them as `Html`. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

type Part = string | number | Html | readonly Html[] | undefined;

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] ?? "";
  for (const [position, part] of parts.entries()) {
    text += render(part) + (strings[position + 1] ?? "");
  }
  return new Html(text);
}

function render(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string" || typeof part === "number") {
    return String(part).replaceAll(/[&<>"']/g, (character) => entities[character]!);
  }
  return part.map((fragment) => fragment.text).join("");
}

export interface PageOptions {
  title: string;
  style: string;
  body: Html;
  status?: number;
  /** Allows the page's own inline script; payment pages have none. */
  script?: string;
}

/** A complete page. Nothing is loaded from anywhere, so it works offline and leaks nothing. */
export function page(options: PageOptions): Response {
  const scriptSource =
    options.script === undefined ? "" : " script-src 'unsafe-inline'; connect-src 'self';";
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${options.title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(options.style)}
        </style>
      </head>
      <body>
        ${options.body}
        ${options.script === undefined ? undefined : new Html(`<script>${options.script}</script>`)}
      </body>
    </html> `;
  return new Response(document.text, {
    status: options.status ?? 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; img-src data:;${scriptSource} base-uri 'none'; frame-ancestors 'none'`,
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    },
  });
}
