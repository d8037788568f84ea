// A lead's page: the marked message is in sight, and keys lead to what is done most.

const talk = document.querySelector(".window");
if (talk) {
  const marked = talk.querySelector(".marked");
  talk.scrollTop = marked ? marked.offsetTop - talk.offsetTop - talk.clientHeight / 3 : talk.scrollHeight;
}

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "e") document.querySelector("#status")?.focus();
  else if (event.key === "n") document.querySelector("#text")?.focus();
  else if (event.key === "u") history.back();
  else return;
  event.preventDefault();
});
