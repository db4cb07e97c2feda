/** The control page is a workbench: wide tables, dense rows, the same colours as the checkout. */
export const controlStyle = `
:root { --ground: #f2f4f7; --card: #fff; --ink: #16202c; --soft: #566372; --line: #d5dbe3;
  --accent: #0b5d57; --good: #17693a; --bad: #a81e1e; --wait: #8a5a00; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10161d; --card: #19212b; --ink: #e8edf3; --soft: #9eabb9; --line: #344150;
    --accent: #4cc2b4; --good: #7fdba3; --bad: #ff9d93; --wait: #f0c060; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: .875rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding: 1rem; background: var(--card); border-bottom: 1px solid var(--line); }
header h1 { font-size: 1.125rem; margin: 0; }
header p { margin: 0; color: var(--soft); }
main { display: grid; gap: 1rem; padding: 1rem; max-width: 90rem; margin: 0 auto; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; min-width: 0; }
h2 { font-size: 1rem; margin: 0 0 .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--soft); white-space: nowrap; }
th, td { padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.text { max-width: 18rem; overflow-wrap: anywhere; }
td.when { white-space: nowrap; font-variant-numeric: tabular-nums; }
.state { font-weight: 600; white-space: nowrap; }
.state.good { color: var(--good); } .state.bad { color: var(--bad); } .state.wait { color: var(--wait); }
.actions { display: flex; flex-wrap: wrap; gap: .25rem; }
button { font: inherit; padding: .125rem .5rem; border: 1px solid var(--line); border-radius: .375rem; background: transparent; color: var(--ink); cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
button.danger:hover { border-color: var(--bad); color: var(--bad); }
input, select { font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: .375rem; padding: .125rem .375rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
form { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: end; margin: 0 0 .75rem; }
label { display: grid; gap: .125rem; color: var(--soft); }
.empty { color: var(--soft); margin: 0; }
code { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
#answer { position: fixed; inset: auto 1rem 1rem auto; max-width: min(40rem, calc(100vw - 2rem)); margin: 0; padding: .5rem .75rem; background: var(--card); border: 1px solid var(--bad); border-radius: .375rem; color: var(--bad); white-space: pre-wrap; overflow-wrap: anywhere; }
#answer:empty { display: none; }
a { color: var(--accent); }
`;
