import { page, html } from "../checkout/page.ts";
import type { Sandbox } from "../sandbox.ts";

export function controlPage(sandbox: Sandbox): Response {
  return page({
    title: "Revio sandbox",
    style: "",
    body: html`<main>
      <h1>Revio sandbox</h1>
      <p>${sandbox.config.publicUrl}</p>
    </main>`,
  });
}
