// Single keys that do what is done most, where nobody is typing.

const FIELDS = "input:not([type=checkbox]), textarea, select";

// `elsewhere` tells when keys are for something else on the page.
export function onKeys(keys, elsewhere = () => false) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || elsewhere()) return;
    if (event.target.matches(FIELDS)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
