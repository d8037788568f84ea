// Clocks that tick, and a queue that is fetched anew whenever it has changed.

const BY_SHARE = [[1, "bad"], [0.6, "warn"], [0, "note"]];
const language = document.documentElement.lang;
const days = new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "narrow" });
// The server's clock is the one that counts.
const serverNow = document.querySelector("[data-now]")?.dataset.now;
const ahead = serverNow ? Date.parse(serverNow) - (performance.timeOrigin + performance.now()) : 0;

function tick() {
  const now = Date.now() + ahead;
  for (const clock of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((now - Date.parse(clock.dataset.since)) / 1000));
    const shown = lasted(seconds);
    if (clock.textContent !== shown) clock.textContent = shown;
    if (!clock.dataset.limit) continue;
    const share = seconds / (60 * clock.dataset.limit);
    const [, state] = BY_SHARE.find(([least]) => share >= least);
    clock.classList.remove("note", "warn", "bad");
    clock.classList.add(state);
  }
}

function lasted(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  if (hours >= 48) return days.format(Math.floor(hours / 24));
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

document.querySelector(".message.marked")?.scrollIntoView({ block: "center" });
tick();
setInterval(tick, 1000);
document.addEventListener("htmx:load", tick);

// One stream for the page, whatever parts of it are replaced.
const address = document.querySelector("[data-live-queue]")?.dataset.liveQueue;
if (address) {
  const source = new EventSource(address);
  source.addEventListener("changed", reload);
}

let loading = false, again = false, sending = 0;
document.addEventListener("htmx:beforeRequest", () => sending++);
document.addEventListener("htmx:afterRequest", () => {
  sending--;
  if (again) reload();
});

async function reload() {
  // What a form of the page is about to show must not be fetched away from it.
  if (loading || sending) {
    again = true;
    return;
  }
  loading = true;
  again = false;
  try {
    await fetchQueue();
  } finally {
    loading = false;
    if (again) reload();
  }
}

async function fetchQueue() {
  const answer = await fetch(location.href);
  if (answer.redirected || !answer.ok) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const queue = document.getElementById("queue"), fresh = page.getElementById("queue");
  if (!queue || !fresh || sending) return;
  const typed = typedIn(queue), focus = focusIn(queue);
  queue.replaceWith(fresh);
  htmx.process(fresh);
  putBack(typed);
  focus(fresh);
  document.title = page.title;
  tick();
}

// A form that is sent replaces all of them, and what is being written in the others is not to be lost.
let kept = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  const sent = event.detail.requestConfig.elt;
  kept = typedIn(document).filter(({ area }) => area.form !== sent);
});
document.addEventListener("htmx:afterSwap", () => putBack(kept));

function typedIn(root) {
  return [...root.querySelectorAll("textarea[id]")]
    .map((area) => ({ area, entry: area.closest("[data-entry]"), open: area.closest("details")?.open }))
    .filter(({ area, open }) => open || area.value);
}

function putBack(typed) {
  for (const { area, entry, open } of typed) {
    if (area.isConnected) continue;
    const fresh = document.getElementById(area.id);
    if (fresh) {
      fresh.value = area.value;
      fresh.closest("details")?.toggleAttribute("open", open);
    } else if (entry && area.value) {
      // Somebody else has ended it meanwhile: it stays until the page is left.
      document.getElementById("queue")?.append(entry);
    }
  }
}

function focusIn(queue) {
  const focused = document.activeElement;
  const entry = queue.contains(focused) && focused.closest("[data-entry]");
  if (!entry) return () => {};
  const parts = "a, button, summary, textarea";
  const place = [...entry.querySelectorAll(parts)].indexOf(focused);
  const marked = focused.matches("textarea") ? [focused.selectionStart, focused.selectionEnd] : null;
  return (fresh) => {
    const again = fresh.querySelector(`[data-entry="${entry.dataset.entry}"]`)?.querySelectorAll(parts)[place];
    again?.focus({ preventScroll: true });
    if (marked && again?.matches("textarea")) again.setSelectionRange(...marked);
  };
}
