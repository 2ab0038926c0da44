// What pages share when scripts run. Nothing here is needed to read a page or to send a form.
"use strict";

// One click sends a form once; a page brought back by the browser may send again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [data-hx-post]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 8000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// Menus close when something else is clicked, on Escape, and when one walks out of them.
const menus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => menus().forEach((menu) => menu.contains(event.target) || (menu.open = false)));
document.addEventListener("focusin", (event) => menus().forEach((menu) => menu.contains(event.target) || (menu.open = false)));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// Buttons that only a script can serve are hidden until it runs.
document.querySelectorAll("[data-print], [data-copy]").forEach((button) => (button.hidden = false));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print], [data-copy]");
  if (!button) return;
  if ("print" in button.dataset) return print();
  const source = document.querySelector(button.dataset.copy);
  navigator.clipboard.writeText((source.value ?? source.textContent).trim()).then(() => {
    const done = document.createElement("p");
    done.className = "visually-hidden";
    done.textContent = button.dataset.copied ?? "";
    document.getElementById("status").append(done);
    if (button.dataset.copied) button.textContent = button.dataset.copied;
  });
});

// A box that ticks all those named in it.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.checkAll;
  if (name) event.target.form.querySelectorAll(`input[name="${CSS.escape(name)}"]:not(:disabled)`).forEach((box) => (box.checked = event.target.checked));
});

// What scrolls sideways can be reached by keyboard.
document.querySelectorAll(".table-responsive, .marks-grid").forEach((scroller) => {
  if (scroller.scrollWidth <= scroller.clientWidth) return;
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "group");
  const caption = scroller.querySelector("caption");
  if (caption && !scroller.ariaLabel) scroller.ariaLabel = caption.textContent.trim();
});

// A refused form says first what is wrong.
document.querySelector(".alert[role=alert][tabindex]")?.focus();
