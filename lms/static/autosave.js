// Keeps what is typed: on the server within a second, and in this browser until the server has said so. An older answer
// never goes over a newer one; where two screens differ, the person chooses.

const SOON = 350;
const SLOWEST = 15000;
const A_WEEK = 7 * 24 * 3600 * 1000;
const PREFIX = "takwin:";

const said = document.getElementById("sentences").dataset;

export const sentence = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), said[name]);

// A browser may refuse to keep anything; then only the server does.
const memory = {
  keep(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
  find(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
  tidy() {
    try {
      for (const key of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
        if (!(memory.find(key)?.at > Date.now() - A_WEEK)) localStorage.removeItem(key);
      }
    } catch { /* forbidden */ }
  },
};

const alike = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

export class Saver {
  // `items`: a Map from id to {revision, read(), write(value), note, told(reply)}. `form` carries the addresses and the token.
  constructor(form, items, { onTime = () => {}, onClosed = () => {} } = {}) {
    Object.assign(this, { form, items, onTime, onClosed, wait: 0, isClosed: false, sending: null });
    this.key = `${PREFIX}${form.dataset.key}:`;
    memory.tidy();
    this.restore();
    addEventListener("online", () => this.flush());
    addEventListener("focus", () => this.pending.length && this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush({ keepalive: true }));
    addEventListener("beforeunload", (event) => this.pending.length && !this.isClosed && !this.leaving && event.preventDefault());
  }

  get pending() { return [...this.items.entries()].filter(([, item]) => item.waiting); }

  // What this browser kept and the server never confirmed.
  restore() {
    for (const [id, item] of this.items) {
      const kept = memory.find(this.key + id);
      if (!kept) continue;
      if (alike(kept.value, item.read())) memory.drop(this.key + id);
      else if (kept.revision >= item.revision) {
        item.write(kept.value);
        item.waiting = { value: kept.value, isLive: false };
      } else this.differ(id, item, kept.value, item.read(), null);
    }
    if (this.pending.length) this.flush();
  }

  change(id) {
    const item = this.items.get(id);
    item.waiting = { value: item.read(), isLive: true };
    memory.keep(this.key + id, { value: item.waiting.value, revision: item.revision, at: Date.now() });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), SOON);
    if (!this.wait) this.say("saving");
  }

  // Send all that waits; true once nothing does.
  async flush(options = {}) {
    clearTimeout(this.timer);
    while (this.sending) await this.sending;
    if (this.isClosed) return false;
    if (!this.pending.length) return true;
    this.sending = this.send(options);
    const isDone = await this.sending;
    this.sending = null;
    if (isDone && this.pending.length) return this.flush(options);
    return isDone;
  }

  async send({ keepalive = false }) {
    const batch = this.pending.map(([id, item]) => ({ id, item, sent: item.waiting }));
    const items = batch.map(({ id, item, sent }) => ({ id, revision: item.revision + 1, value: sent.value }));
    let reply;
    try {
      reply = await this.post(this.form.dataset.save, { items }, keepalive);
    } catch {
      batch.forEach(({ sent }) => (sent.isLive = false));
      return this.later("offline");
    }
    if (reply.ok && this.isOurs(reply)) {
      const body = await reply.json();
      this.wait = 0;
      for (const told of body.items) this.hear(batch.find(({ id }) => id === told.id), told);
      if (!this.pending.length) this.say("saved", { time: body.saved });
      this.onTime(body.closes_in);
      return true;
    }
    if (reply.status === 409) return this.close();
    if (reply.status === 401 || reply.status === 400 || reply.redirected) {
      if (await this.renew()) return this.later("saving");
      return this.later("signedOut");
    }
    return this.later(reply.status >= 500 || reply.status === 429 ? "offline" : "refused");
  }

  hear({ id, item, sent }, told) {
    item.revision = told.revision;
    item.told?.(told);
    const isStill = item.waiting === sent;
    if (told.kept) {
      if (!isStill) return; // typed on meanwhile: the next round sends that
      item.waiting = null;
      memory.drop(this.key + id);
      return;
    }
    if (item.waiting.isLive) return; // what a person types now is the newest there is; the next round says so
    item.waiting = null;
    this.differ(id, item, sent.value, told.value, told.at);
  }

  // Two screens, two answers: show both, and let the person choose.
  differ(id, item, mine, theirs, at) {
    item.write(mine);
    const choose = (value, isMine) => () => {
      item.write(value);
      item.note.hidden = true;
      if (isMine) this.change(id);
      else { item.waiting = null; memory.drop(this.key + id); }
    };
    const buttons = [["mine", mine], ["theirs", theirs]].map(([name, value]) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "btn btn-outline-primary btn-sm", textContent: sentence(name) });
      button.addEventListener("click", choose(value, name === "mine"));
      return button;
    });
    const text = document.createElement("p");
    text.textContent = sentence("elsewhere", { time: at ?? "–" });
    item.note.replaceChildren(text, ...buttons);
    item.note.hidden = false;
    this.announce(text.textContent);
  }

  close() {
    this.isClosed = true;
    this.say("closed");
    this.onClosed();
    return false;
  }

  later(name) {
    this.say(name);
    this.wait = Math.min(SLOWEST, this.wait * 2 || 1000);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), name === "saving" && this.wait < 4000 ? 50 : this.wait);
    return false;
  }

  // Still signed in? Then a fresh token, for the sign-in may be a new one.
  async renew() {
    try {
      const reply = await fetch(this.form.dataset.state, { headers: { Accept: "application/json" } });
      if (!reply.ok || !this.isOurs(reply)) return false;
      const body = await reply.json();
      document.querySelectorAll("input[name=csrf_token]").forEach((field) => (field.value = body.token));
      this.onTime(body.closes_in);
      return true;
    } catch {
      return false;
    }
  }

  isOurs(reply) { return !reply.redirected && (reply.headers.get("Content-Type") ?? "").startsWith("application/json"); }

  post(address, body, keepalive) {
    return fetch(address, {
      method: "POST", keepalive, body: JSON.stringify(body),
      headers: {
        Accept: "application/json", "Content-Type": "application/json",
        "X-CSRFToken": this.form.elements.csrf_token.value,
      },
    });
  }

  say(name, values) {
    const line = document.querySelector("[data-status]");
    line.textContent = sentence(name, values);
    if (name === "signedOut") {
      const link = document.createElement("a");
      Object.assign(link, { href: said.signInUrl, target: "_blank", textContent: sentence("signIn") });
      line.append(" ", link);
    }
    if (name !== "saving" && name !== "saved" && name !== this.lastSaid) this.announce(line.textContent);
    this.lastSaid = name;
  }

  announce(text) { document.querySelector("[data-announce]").textContent = text; }
}
