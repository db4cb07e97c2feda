/** Buttons and forms of the control page: send JSON, then show the page again; a refusal stays visible. */
export const controlScript = `
const answer = document.getElementById("answer");
async function send(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { "content-type": "application/json" },
    ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
  });
  if (response.ok) location.reload();
  else answer.textContent = JSON.stringify((await response.json()).error, null, 2);
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-path]");
  if (!button) return;
  if (button.dataset.ask && !confirm(button.dataset.ask)) return;
  send(button.dataset.method, button.dataset.path, JSON.parse(button.dataset.body));
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  const body = {};
  for (const [name, value] of new FormData(form)) {
    if (value === "") continue;
    const typed = form.elements[name].dataset.number === undefined ? value : Number(value);
    const [outer, inner] = name.split(".");
    if (inner) (body[outer] ??= {})[inner] = typed;
    else body[outer] = typed;
  }
  send("POST", form.dataset.path, body);
});
`;
