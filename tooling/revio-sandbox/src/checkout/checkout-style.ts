/** One stylesheet for the payer's pages: phone first, light and dark by the system's choice. */
export const checkoutStyle = `
:root {
  --ground: #f2f4f7; --card: #ffffff; --ink: #16202c; --soft: #566372; --line: #d5dbe3;
  --accent: #0b5d57; --on-accent: #ffffff; --bad: #a81e1e; --bad-ground: #fdecea;
  --good: #17693a; --good-ground: #e7f5ec; --field: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10161d; --card: #19212b; --ink: #e8edf3; --soft: #9eabb9; --line: #344150;
    --accent: #4cc2b4; --on-accent: #06231f; --bad: #ff9d93; --bad-ground: #3a1c1b;
    --good: #7fdba3; --good-ground: #14301f; --field: #121922;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { width: 100%; max-width: 30rem; margin: 0 auto; padding: 1rem; display: grid; gap: 1rem; }
@media (min-width: 40rem) { main { padding-top: 3rem; } }
.mode { text-align: center; font-size: .8125rem; color: var(--soft); margin: 0; }
.panel { min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; }
.seller { color: var(--soft); font-size: .875rem; margin: 0; }
h1 { font-size: clamp(1.25rem, 7vw, 2rem); overflow-wrap: anywhere; line-height: 1.2; margin: .125rem 0 .5rem; font-variant-numeric: tabular-nums; }
h2 { font-size: 1.125rem; margin: 0 0 .75rem; }
ul.lines { list-style: none; margin: .75rem 0 0; padding: .75rem 0 0; border-top: 1px solid var(--line); font-size: .9375rem; }
ul.lines li { display: flex; gap: 1rem; justify-content: space-between; }
ul.lines li span:first-child { min-width: 0; overflow-wrap: anywhere; }
ul.lines li span:last-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
.reference { color: var(--soft); font-size: .8125rem; margin: .5rem 0 0; overflow-wrap: anywhere; }
form { display: grid; gap: .875rem; margin: 0; }
label { display: grid; gap: .25rem; font-size: .875rem; font-weight: 600; }
input { width: 100%; font: inherit; font-weight: 400; padding: .625rem .75rem; color: var(--ink);
  background: var(--field); border: 1px solid var(--line); border-radius: .5rem; font-variant-numeric: tabular-nums; }
input[aria-invalid="true"] { border-color: var(--bad); }
input:focus-visible, button:focus-visible, a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .875rem; align-items: start; }
.wrong { color: var(--bad); font-weight: 400; font-size: .8125rem; }
button { font: inherit; font-weight: 600; padding: .75rem 1rem; border-radius: .5rem; border: 1px solid var(--accent);
  background: var(--accent); color: var(--on-accent); cursor: pointer; }
button:hover { filter: brightness(1.08); }
button.second { background: transparent; color: var(--ink); border-color: var(--line); }
.notice { padding: .75rem 1rem; border-radius: .5rem; margin: 0 0 1rem; font-size: .9375rem; }
.notice.bad { background: var(--bad-ground); color: var(--bad); }
.notice.good { background: var(--good-ground); color: var(--good); }
a { color: var(--accent); }
.back { text-align: center; font-size: .9375rem; margin: 0; }
details { font-size: .875rem; }
summary { cursor: pointer; font-weight: 600; }
details p { color: var(--soft); margin: .5rem 0; }
table { border-collapse: collapse; width: 100%; }
td { padding: .25rem .5rem .25rem 0; border-top: 1px solid var(--line); vertical-align: top; }
td:last-child { overflow-wrap: anywhere; }
td code { white-space: nowrap; }
code { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
`;
