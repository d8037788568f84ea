// A lead's page: the marked message is in sight, and keys lead to what is done most.

import { onKeys } from "./keyboard.js";

const marked = document.querySelector(".message.marked"), talk = marked?.closest(".window");
// Not `scrollIntoView`, which would move the page too.
if (talk) {
  talk.scrollTop += marked.getBoundingClientRect().top - talk.getBoundingClientRect().top - talk.clientHeight / 3;
}

onKeys({
  e: () => document.querySelector("#status")?.focus(),
  n: () => document.querySelector("#text")?.focus(),
  u: () => history.back(),
});
