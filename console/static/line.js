"use strict";
/* What every live page has: how fresh it is, the line to the console, and keys. Everything that comes over the stream is set
   as text, never as markup. The page's own clock says when it is stale, also when nobody is there any more to say so.
   A page's own script holds `number` (of its newest frame), `draw`, `applyOrder` and `movesHeld`. */

const STALE_MS = 5000, HIDDEN_MS = 60000, GOODBYE_MS = 5000, FIRST_RETRY_MS = 1000, LONGEST_RETRY_MS = 30000;
const IDLE_POINTER_MS = 30000, LEFT_MS = 5000, LONGEST_PAUSE_MS = 300000;

const at = (id) => document.getElementById(id);
const setText = (node, text) => { if (node.textContent !== text) { node.textContent = text; return true; } return false; };
const keysAreOn = () => document.documentElement.dataset.keys === "on";

/* ---- The clock: two of them, and the later one counts; one stands still while a laptop sleeps, the other may be set. ---- */
const clocks = () => ({ steady: performance.now(), wall: Date.now() });
const since = (then) => Math.max(performance.now() - then.steady, Date.now() - then.wall);

let heard = clocks();
let ageWhenHeard = Number(at("bar").dataset.age) * 1000;
let told = { live: at("bar").dataset.state === "live", word: at("word").textContent, why: at("why").textContent };
let paused = false, pausedAt = null;
let drawn = told.live ? "LIVE" : "STALE";
let newest = null;

function drawFreshness() {
  const age = ageWhenHeard + since(heard), silent = since(heard) >= STALE_MS;
  const live = told.live && !silent && age < STALE_MS;
  let word = told.word, why = told.why;
  if (silent || (told.live && !live)) {
    word = "STALE";
    why = `for ${Math.round(Math.max(age, since(heard)) / 1000)} s: ${silent ? line.why() : "the console has no news of the board"}`;
  }
  if (paused) {
    why = `for ${Math.round(since(pausedAt) / 1000)} s: nothing newer is shown${live ? "" : `; ${word} ${why}`}`;
    word = "HELD";
  }
  setText(at("word"), word);
  setText(at("why"), why);
  const looks = paused ? "HELD" : live ? "LIVE" : "STALE";
  at("bar").dataset.state = looks === "LIVE" ? "live" : "stale";
  at("desk").classList.toggle("stale", looks !== "LIVE");
  if (looks !== drawn) {
    drawn = looks;
    setText(at("alarm"), looks === "STALE" ? `${word} ${why}` : "");
    if (looks !== "STALE") setText(at("said"), paused ? "The page is held." : "Live again.");
    document.title = document.title.replace(/^((STALE|HELD): )?/, looks === "LIVE" ? "" : `${looks}: `);
  }
}

function onFresh(news) {
  heard = clocks();
  ageWhenHeard = news.age * 1000;
  told = { live: news.live, word: news.word, why: news.why };
  newest = news;
  if (!paused) drawDetails();
  drawFreshness();
}

/* How much waits at the desk: in the head of the page, also while it is held. */
function drawWaiting(waiting) {
  for (const [name, count] of Object.entries(waiting)) {
    const shown = at(`count-${name}`);
    if (shown) setText(shown, count.toLocaleString("en"));
  }
  const orphans = at("orphans");
  if (orphans) {
    orphans.hidden = waiting.orphans === 0;
    setText(orphans, `${waiting.orphans.toLocaleString("en")} of ended shifts`);
  }
}

function drawDetails() {
  const news = newest;
  setText(at("as-of"), news.asOf);
  const details = at("details");
  while (details.children.length > news.details.length) details.lastChild.remove();
  news.details.forEach((words, number) => {
    setText(details.children[number] ?? details.appendChild(document.createElement("span")), words);
  });
}

/* The focused one stays where it is, and the others are put before or behind it: what is moved would lose the focus. */
function place(body, wanted) {
  const focused = wanted.findIndex((node) => node.contains(document.activeElement) && node.parentNode === body);
  let next = null;
  for (let index = wanted.length - 1; index >= 0; index -= 1) {
    const node = wanted[index];
    if (index !== focused && (node.parentNode !== body || node.nextElementSibling !== next)) body.insertBefore(node, next);
    next = node;
  }
}

/* ---- What a frame says: in it stands what has changed, and what has not by its key alone, in the order of the page. ---- */
const contentsOf = (items, known) =>
  new Map(items.map((item) => (typeof item === "string" ? [item, known.get(item)] : [item.key, item])));

function alertsOf(board, known, most) {
  if (board.whole) return board.alerts.slice(0, most);
  const told = new Map(board.alerts.map((alert) => [alert.id, alert])), there = new Set(known.map((alert) => alert.id));
  const fresh = board.alerts.filter((alert) => !there.has(alert.id));
  return [...fresh, ...known.map((alert) => told.get(alert.id) ?? alert)].slice(0, most);
}

/* An alert as an item of a list; `further` are parts of its head besides. */
function storyOf(alert, ...further) {
  const item = document.createElement("li");
  item.dataset.alert = alert.id;
  item.className = alert.moved;
  const head = item.appendChild(document.createElement("p"));
  head.className = "headline";
  for (const [tag, name, text] of [["b", "move", alert.moved], ["span", "at", alert.at], ...further]) {
    const part = document.createElement(tag);
    part.className = name;
    part.textContent = text;
    head.append(part, " ");
  }
  const words = item.appendChild(document.createElement("p"));
  words.className = "told";
  tell(words, alert.pieces);
  return item;
}

/* A sentence of pieces, of which some name somebody. */
function tell(words, pieces) {
  words.textContent = "";
  for (const [text, names] of pieces) {
    if (!names) { words.append(text); continue; }
    const who = words.appendChild(document.createElement("bdi"));
    who.className = "person";
    who.textContent = text;
  }
}

/* ---- Holding still: while somebody points at the list or has the focus in it, its order stays; p holds everything.
   A window that nobody looks at keeps its focus: it counts for so long after a key or a press, as the pointer does. ---- */
let pointed = null, touched = null, leftAt = null;
let heldWithin = "";
const hasFocus = () => document.activeElement?.closest?.(heldWithin) != null;
const isInHand = () => hasFocus() && touched !== null && since(touched) < IDLE_POINTER_MS;
const isHeld = () => isInHand() || (pointed !== null && since(pointed) < IDLE_POINTER_MS) || (leftAt !== null && since(leftAt) < LEFT_MS);

function drawHeld() {
  const count = paused ? 0 : movesHeld(), note = at("held");
  note.hidden = !paused && count === 0;
  if (paused) setText(note, "The page is held");
  else if (count) setText(note, `${count} ${count === 1 ? "move" : "moves"} held${keysAreOn() ? ": press . to let through" : ""}`);
  at("hold").setAttribute("aria-pressed", String(paused));
  setText(at("hold"), paused ? "Go on" : count ? "Let through" : "Hold");
}

function letThrough() {
  leftAt = null;
  if (number) applyOrder();
}

function pause(on) {
  paused = on;
  pausedAt = clocks();
  if (on) drawHeld();
  else {
    if (newest) drawDetails();
    if (number) draw(); else drawHeld();
  }
  drawFreshness();
}

function watchHolding(list, within) {
  heldWithin = within;
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => { touched = clocks(); }, true);
  list.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch" && event.target.closest(heldWithin)) pointed = clocks(); });
  list.addEventListener("pointerleave", () => { if (pointed) leftAt = clocks(); pointed = null; });
  list.addEventListener("focusout", () => { leftAt = clocks(); });
  at("hold").addEventListener("click", () => { if (!paused && movesHeld()) letThrough(); else pause(!paused); });
}

function movesBetween(shown, wanted) {
  const place = new Map(wanted.map((key, index) => [key, index])), kept = shown.filter((key) => place.has(key));
  let moved = 0, highest = -1;
  for (const key of kept) { if (place.get(key) < highest) moved += 1; else highest = place.get(key); }
  return moved + (shown.length - kept.length) + (wanted.length - kept.length);
}

/* ---- The line to the console: tried for ever, later and later, and never by all pages at once. ---- */
const line = {
  address: "/stream", hears: {}, source: null, timer: null, tries: 0, hiddenAt: null, hasRested: false,
  why() {
    if (this.hasRested) return "the page was out of sight, and has not asked since";
    return this.source && this.source.readyState === EventSource.OPEN ? "the console sends no news" : "the console does not answer";
  },
  open() {
    this.close();
    this.source = new EventSource(this.address);
    this.source.addEventListener("fresh", (event) => { this.tries = 0; this.hasRested = false; onFresh(JSON.parse(event.data)); });
    for (const [name, hear] of Object.entries(this.hears)) this.source.addEventListener(name, (event) => hear(JSON.parse(event.data)));
    this.source.addEventListener("waiting", (event) => drawWaiting(JSON.parse(event.data)));
    this.source.addEventListener("bye", (event) => {
      if (JSON.parse(event.data).signedOut) { this.close(); location.reload(); return; }  // names leave the screen
      this.again(Math.random() * GOODBYE_MS);
    });
    this.source.onerror = () => {
      this.hasRested = false;
      const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.tries);
      this.tries += 1;
      this.again(longest * (0.5 + Math.random() / 2));
    };
  },
  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  },
  again(wait) { this.close(); this.timer = setTimeout(() => this.open(), wait); },
  watchHiding() {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) { this.hiddenAt = null; if (!this.source) { this.tries = 0; this.open(); } return; }
      this.hiddenAt = clocks();
    });
  },
  rest() { if (this.source && this.hiddenAt && since(this.hiddenAt) >= HIDDEN_MS) { this.close(); this.hasRested = true; } },
};

/* ---- Who sits here: the console hears of it once a minute at most, and asks who it is after half an hour without. ---- */
const HERE_MS = 60000;
let hereAt = null;

function sayHere() {
  if (hereAt !== null && since(hereAt) < HERE_MS) return;
  hereAt = clocks();
  fetch("/here", { method: "POST" }).catch(() => {});  // the line says it if nobody answers
}

function watchPresence() {
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) document.addEventListener(kind, sayHere, { capture: true, passive: true });
}

/* ---- Keys ---- */
/* Only where the page leads there as well. */
const go = (path) => () => document.querySelector(`nav a[href="${path}"]`)?.click();
const GO_KEYS = { a: go("/ageing"), h: go("/handover") };

function watchKeys(keys) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || at("keys").open) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    if (event.key !== "Escape" && !keysAreOn()) return;
    const act = keys[event.key] ?? GO_KEYS[event.key];
    if (act) { event.preventDefault(); act(); }
  });
}

function moveFocus(selector, step) {
  const all = [...document.querySelectorAll(selector)];
  const here = all.indexOf(document.activeElement?.closest?.(selector));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, here + step))];
  next?.focus();
}

/* `turn` is called four times a second. */
function beginLine(turn) {
  at("made").hidden = true;
  line.open();
  setInterval(() => { turn(); drawFreshness(); line.rest(); }, 250);
  document.documentElement.dataset.script = "on";  // from here on the page ages by its own clock, before by the style
}

/* `keys`: what each does on this page. */
function beginLive(keys, turn) {
  at("tools").hidden = false;
  at("help").hidden = !keysAreOn();
  at("help").addEventListener("click", () => at("keys").showModal());
  watchKeys(keys);
  watchPresence();
  line.watchHiding();
  beginLine(() => {
    if (paused && since(pausedAt) >= LONGEST_PAUSE_MS) pause(false);
    turn();
    if (!paused && number && !isHeld() && movesHeld()) applyOrder();
  });
}
