// The list of leads: keyboard, choosing, and what arrives.

import { onKeys } from "./keyboard.js";

document.documentElement.classList.add("scripted");

const rows = () => [...document.querySelectorAll("table.leads tbody tr")];
const boxes = () => [...document.querySelectorAll('table.leads input[name="ids"]')];
const arrived = [];
let stream;

// Choosing ------------------------------------------------------------------------------------------------

function showChosen() {
  const bar = document.querySelector("[data-bar]");
  if (!bar) return;
  const count = boxes().filter((box) => box.checked).length;
  const label = bar.querySelector("[data-chosen]");
  bar.classList.toggle("on", count > 0);
  const all = bar.querySelector("input[name=all]");
  const number = all?.checked ? all.closest("[data-all]").dataset.all : count;
  label.textContent = label.dataset.text.replace("{number}", number);
}

let last;
document.addEventListener("click", (event) => {
  if (event.target.name !== "ids") return;
  // With Shift, all between the last one and this.
  const all = boxes();
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(event.target)].sort((a, b) => a - b);
    for (const box of all.slice(from, to + 1)) box.checked = event.target.checked;
  }
  last = event.target;
});
document.addEventListener("change", showChosen);

// Keyboard ------------------------------------------------------------------------------------------------

const current = () => document.activeElement?.closest?.("table.leads tbody tr");

function move(by) {
  const all = rows();
  const here = all.indexOf(current());
  const next = all[here < 0 ? 0 : Math.min(Math.max(here + by, 0), all.length - 1)];
  next?.querySelector("a.open").focus();
  next?.scrollIntoView({ block: "nearest" });
}

const dialog = () => document.querySelector("[data-keys]");
const keys = {
  j: () => move(1),
  k: () => move(-1),
  o: () => current()?.querySelector("a.open").click(),
  x: () => current()?.querySelector('input[name="ids"]')?.click(),
  e: () => {
    const box = current()?.querySelector('input[name="ids"]');
    if (box && !boxes().some((one) => one.checked)) box.click();
    document.querySelector("#bar-status")?.focus();
  },
  n: () => showArrived(),
  "/": () => document.querySelector("#q").focus(),
  "?": () => dialog().showModal(),
  Escape: () => {
    for (const box of boxes()) box.checked = false;
    showChosen();
  },
};

onKeys(keys, () => dialog()?.open);

// Anywhere in a row opens its lead, as the name does.
document.addEventListener("click", (event) => {
  const row = event.target.closest("table.leads tbody tr");
  if (!row || event.target.closest("a, input, label, button") || String(getSelection())) return;
  const link = row.querySelector("a.open");
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) dialog().showModal();
  if (event.target.closest("[data-arrived]")) showArrived();
  for (const open of document.querySelectorAll("details.menu[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// What arrives --------------------------------------------------------------------------------------------

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

const rowOf = (id) => document.querySelector(`table.leads tr[data-id="${CSS.escape(id)}"]`);

// Nobody's place in the list moves under them: while they read or choose, what is new waits behind a button.
const isReading = () => window.scrollY > 80 || current() || boxes().some((box) => box.checked);

function showArrived() {
  const body = document.querySelector("#rows");
  document.querySelector("table.leads").parentElement.hidden = false;
  document.querySelector("#results .empty")?.remove();
  for (const row of arrived.splice(0)) {
    if (rowOf(row.dataset.id)) continue;
    row.classList.add("arriving");
    body.prepend(row);
    countOneMore();
  }
  showWaiting();
}

function countOneMore() {
  const count = document.querySelector("#count[data-count]");
  if (!count) return;
  const number = ++count.dataset.count;
  const shown = new Intl.NumberFormat(document.documentElement.lang).format(number);
  count.textContent = (number === 1 ? count.dataset.one : count.dataset.many).replace("{number}", shown);
}

function showWaiting() {
  const button = document.querySelector("[data-arrived]");
  if (!button) return;
  button.hidden = arrived.length === 0;
  const { one, many } = button.dataset;
  button.textContent = arrived.length === 1 ? one : many.replace("{number}", arrived.length);
}

function follow() {
  const table = document.querySelector("table.leads[data-live]");
  if (stream && stream.list === table) return;
  stream?.close();
  stream = undefined;
  arrived.length = 0;
  if (!table) return;
  stream = new EventSource(table.dataset.live);
  stream.list = table;
  stream.addEventListener("lead", (event) => {
    arrived.push(parsed(event.data));
    if (isReading()) showWaiting();
    else showArrived();
  });
  stream.addEventListener("changed", (event) => {
    const row = parsed(event.data);
    const there = rowOf(row.dataset.id);
    if (!there) return;
    const box = there.querySelector('input[name="ids"]');
    const focused = there.contains(document.activeElement);
    there.replaceWith(row);
    if (box?.checked) row.querySelector('input[name="ids"]').checked = true;
    if (focused) row.querySelector("a.open").focus();
  });
  stream.addEventListener("gone", (event) => {
    rowOf(event.data)?.remove();
    showChosen();
  });
}

follow();
showChosen();
document.addEventListener("htmx:afterSettle", () => {
  follow();
  showChosen();
});
window.addEventListener("pagehide", () => stream?.close());
