import { type Html, html } from "../checkout/page.ts";

/** A button that posts JSON to a control. */
export function button(
  label: string,
  path: string,
  body: object = {},
  options: { danger?: boolean; ask?: string; method?: "POST" | "DELETE" } = {},
): Html {
  return html`<button
    type="button"
    class="${options.danger ? "danger" : ""}"
    data-method="${options.method ?? "POST"}"
    data-path="${path}"
    data-body="${JSON.stringify(body)}"
    data-ask="${options.ask ?? ""}"
  >
    ${label}
  </button>`;
}

/** @param headings a leading `#` marks a column of numbers */
export function table(headings: string[], rows: Html[]): Html {
  if (rows.length === 0) return html`<p class="empty">Nothing yet.</p>`;
  const cells = headings.map((heading) =>
    heading.startsWith("#")
      ? html`<th class="number">${heading.slice(1)}</th>`
      : html`<th>${heading}</th>`,
  );
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${cells}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

const good = new Set(["paid", "success", "delivered", "hold", "released"]);
const bad = new Set(["error", "cancelled", "expired", "charged_back", "failed", "dropped"]);

export function state(status: string): Html {
  const kind = good.has(status) ? "good" : bad.has(status) ? "bad" : "wait";
  return html`<span class="state ${kind}">${status}</span>`;
}

/** UTC, to the second. */
export function time(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
}
