// A lead's page: the marked message is in sight, and keys lead to what is done most.

const marked = document.querySelector(".message.marked"), talk = marked?.closest(".window");
// Not `scrollIntoView`, which would move the page too.
if (talk) {
  talk.scrollTop += marked.getBoundingClientRect().top - talk.getBoundingClientRect().top - talk.clientHeight / 3;
}

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "e") document.querySelector("#status")?.focus();
  else if (event.key === "n") document.querySelector("#text")?.focus();
  else if (event.key === "u") history.back();
  else return;
  event.preventDefault();
});
