import { expect, it } from "vitest";
import { readForms } from "../../src/html-form.ts";

const page = `<!doctype html><h1>Pay</h1>
<form method="POST" action="/p/1/pay?a=1&amp;b=2">
  <input type="hidden" name="token" value="x &quot;y&quot; &#39;z&#39;">
  <input name=number autocomplete="cc-number">
  <select name="month"><option value="01">Jan</option><option value="02" selected>Feb</option></select>
  <select name="year"><option>2031</option><option>2032</option></select>
  <input type="checkbox" name="save"><input type="checkbox" name="terms" value="yes" checked>
  <textarea name="note">a &lt; b</textarea>
  <input name="off" value="1" disabled>
  <button name="action" value="pay">Pay <b>R&nbsp;10</b></button>
  <input type="submit" name="action" value="Cancel">
</form>
<form><button>Back</button></form>`;

it("reads what a browser would send", () => {
  const [pay, back] = readForms(page);
  expect(pay?.method).toBe("post");
  expect(pay?.action).toBe("/p/1/pay?a=1&b=2");
  expect(Object.fromEntries(pay?.fields ?? [])).toEqual({
    token: `x "y" 'z'`,
    number: "",
    month: "02",
    year: "2031",
    terms: "yes",
    note: "a < b",
  });
  expect(pay?.buttons).toEqual([
    { label: "Pay R 10", name: "action", value: "pay" },
    { label: "Cancel", name: "action", value: "Cancel" },
  ]);
  expect(back).toEqual({
    action: "",
    method: "get",
    fields: new Map(),
    buttons: [{ label: "Back", value: "" }],
  });
});

it("finds none on a page without forms", () => {
  expect(readForms("<p>Paid</p>")).toEqual([]);
});
