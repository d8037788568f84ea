// A lead's page: the marked message is in sight, and what is not saved is not left by mistake.

const marked = document.querySelector("#marked");
if (marked) {
  const list = marked.parentElement;
  list.scrollTop = marked.offsetTop - list.offsetTop - list.clientHeight / 3;
} else {
  const list = document.querySelector(".transcript");
  if (list) list.scrollTop = list.scrollHeight;
}

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "e") document.querySelector("#status")?.focus();
  else if (event.key === "n") document.querySelector("#text")?.focus();
  else if (event.key === "u") history.back();
  else return;
  event.preventDefault();
});
