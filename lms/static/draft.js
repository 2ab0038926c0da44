// A draft: kept as it is typed.
import { Saver } from "./autosave.js";

const form = document.getElementById("work");
const field = form.elements.body;
const saver = new Saver(form, new Map([[0, {
  revision: Number(form.dataset.revision),
  read: () => field.value,
  write: (value) => (field.value = value ?? ""),
  note: form.querySelector("[data-note]"),
  told: (reply) => (form.elements.revision.value = reply.revision),
}]]));

field.addEventListener("input", () => saver.change(0));
form.addEventListener("submit", () => (saver.leaving = true));
