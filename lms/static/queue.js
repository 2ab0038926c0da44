// j and k walk through the list; Enter opens, as on any link.
"use strict";
const links = [...document.querySelectorAll("[data-queue] tbody a")];
document.addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const place = links.indexOf(document.activeElement);
  links[place < 0 ? 0 : Math.min(links.length - 1, Math.max(0, place + step))]?.focus();
});
