"use strict";

// The document shown stands in the address, so that a link to it can be kept and passed on.
const picker = document.getElementById("api");
const known = Array.from(picker.options, (option) => option.value);

function show(url) {
  picker.value = url;
  SwaggerUIBundle({
    url,
    dom_id: "#document",
    deepLinking: false,
    tryItOutEnabled: true,
    persistAuthorization: false,
    // Without this it would ask a validator on another host.
    validatorUrl: null,
  });
}

function chosen() {
  const asked = decodeURIComponent(location.hash.slice(1));
  return known.includes(asked) ? asked : known[0];
}

picker.addEventListener("change", () => { location.hash = picker.value; });
// Shown a second document, Swagger UI keeps the schemas of the first.
window.addEventListener("hashchange", () => location.reload());
show(chosen());
