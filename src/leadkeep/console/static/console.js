// What every page shares. All of it hangs on the document, so that parts of pages may be replaced under it.

import { watch } from "./live.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await copy(button.dataset.copy);
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1200);
});

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without TLS browsers know no clipboard but the old way to it.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

// A form that does what cannot be taken back asks first.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm ?? event.submitter?.dataset.confirm;
  if (question && !confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// Choosing is enough where a form says so.
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-at-once]")) event.target.form.requestSubmit();
});

// Menus close by Escape, and focus goes back to where they were opened.
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// What could not be sent is said, and what was typed stays.
function tellUnreachable() {
  const notice = document.createElement("div");
  notice.className = "notice bad";
  notice.setAttribute("role", "alert");
  notice.textContent = document.body.dataset.unreachable;
  document.querySelector("#said")?.replaceChildren(notice);
}
for (const kind of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(kind, tellUnreachable);

// Back to the list as it was left, where one came from there.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-back]");
  if (!link || !document.referrer) return;
  const from = new URL(document.referrer);
  if (from.origin !== location.origin || from.pathname !== link.pathname) return;
  event.preventDefault();
  history.back();
});
// On a phone the places stand in a line that scrolls.
document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target));
