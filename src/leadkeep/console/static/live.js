// Lists that grow as leads arrive: `data-live` names the stream, whose events carry ready HTML.

export function watch(root) {
  for (const list of root.querySelectorAll?.("ul[data-live]") ?? []) follow(list);
}

function follow(list) {
  if (list.dataset.followed) return;
  list.dataset.followed = "yes";
  const source = new EventSource(list.dataset.live);
  source.addEventListener("lead", (event) => {
    if (!list.isConnected) return source.close();
    list.insertAdjacentHTML("afterbegin", event.data);
    list.firstElementChild.classList.add("arriving");
    list.parentElement.querySelector("[data-waiting]")?.remove();
  });
}
