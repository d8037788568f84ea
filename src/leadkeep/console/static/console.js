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

watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target));
