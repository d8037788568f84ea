// The preview of the lead form follows what is typed beside it.

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-preview]");
  if (form) show(form, event.target);
});

// Going back, browsers fill in what was typed: the preview is to know of it.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-preview]")) {
    for (const field of form.elements) show(form, field);
  }
});

function show(form, field) {
  const named = (attribute) => form.querySelectorAll(`[${attribute}="${CSS.escape(field.name)}"]`);
  for (const part of named("data-says")) {
    const typed = field.value.trim();
    part.textContent = typed || part.dataset.otherwise;
    // Nobody but the widget itself is known to speak English.
    if (typed) part.removeAttribute("lang");
    else part.lang = "en";
  }
  for (const part of named("data-shown-by")) part.hidden = !field.checked;
  for (const part of named("data-hidden-by")) part.hidden = field.checked;
}
