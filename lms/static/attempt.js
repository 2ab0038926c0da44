// An attempt: each answer is saved as it is given, and the time is the server's.
import { Saver, sentence } from "./autosave.js";

const form = document.getElementById("attempt");
const NEAR = [300, 60];
const LONGEST_SHOWN = 24 * 3600;

const READ = {
  multiple_choice: (box) => [...box.querySelectorAll("input:checked")].map((input) => input.value),
  ordering: parts,
  matching: parts,
};
const single = (box) => box.querySelector("input[type=radio]:checked")?.value ?? box.querySelector("input[type=text]")?.value ?? null;

function parts(box) {
  const start = `q${box.dataset.question}-`.length;
  return Object.fromEntries([...box.querySelectorAll("select")].map((field) => [field.name.slice(start), field.value]).filter(([, value]) => value));
}

function write(box, value) {
  box.querySelectorAll("input[type=radio], input[type=checkbox]").forEach((input) => (input.checked = [value ?? []].flat().includes(input.value)));
  box.querySelectorAll("input[type=text]").forEach((input) => (input.value = value ?? ""));
  const start = `q${box.dataset.question}-`.length;
  box.querySelectorAll("select").forEach((field) => (field.value = (value ?? {})[field.name.slice(start)] ?? ""));
}

const boxes = new Map([...form.querySelectorAll("[data-question]")].map((box) => [Number(box.dataset.question), box]));
const items = new Map([...boxes].map(([id, box]) => [id, {
  revision: Number(box.dataset.revision),
  read: () => (READ[box.dataset.kind] ?? single)(box),
  write: (value) => write(box, value),
  note: box.querySelector("[data-note]"),
  told: (reply) => reply.base && (form.elements[`base${id}`].value = reply.base),
}]));

let endsAt = null;
const reckon = (seconds) => (endsAt = seconds === null || seconds === undefined ? null : Date.now() + seconds * 1000);
reckon(form.dataset.closesIn === undefined ? null : Number(form.dataset.closesIn));

document.querySelector("[data-status]").textContent = sentence("ready");
const saver = new Saver(form, items, { onTime: reckon });

form.addEventListener("input", (event) => {
  const box = event.target.closest("[data-question]");
  if (box) saver.change(Number(box.dataset.question));
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const isSaved = await saver.flush();
  if (isSaved && event.submitter?.value === "submit") leave(form.dataset.submit);
});

function leave(address) {
  saver.leaving = true;
  location.assign(address);
}

// The countdown is for the eyes; only the warnings are spoken.
const shown = document.querySelector("[data-timer]");
let before = Infinity;
let isOver = false;

function tick() {
  if (endsAt === null || isOver) return;
  const left = Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
  shown.hidden = left > LONGEST_SHOWN;
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(left / 3600);
  shown.textContent = sentence("left", { time: `${hours ? `${hours}:` : ""}${pad(Math.floor(left / 60) % 60)}:${pad(left % 60)}` });
  shown.classList.toggle("is-short", left <= NEAR[0]);
  for (const near of NEAR) if (left <= near && before > near && left > 0) saver.announce(sentence("warning", { minutes: Math.ceil(left / 60) }));
  before = left;
  if (left === 0) finish();
}

async function finish() {
  isOver = true;
  saver.announce(sentence("over"));
  shown.textContent = sentence("over");
  await saver.flush();
  saver.leaving = true;
  if (await saver.renew()) {
    form.action = form.dataset.submit;
    form.submit(); // past the listener above: with every field, in case something was still on its way
  } else addEventListener("online", () => leave(form.dataset.result));
}

tick();
setInterval(tick, 1000);
document.addEventListener("visibilitychange", () => !document.hidden && saver.renew()); // a device that slept asks the time
