"use strict";
/* The board, live. Everything that comes over the stream is set as text, never as markup. The page's own clock says when it
   is stale, also when nobody is there any more to say so. */

const STALE_MS = 5000, HIDDEN_MS = 60000, IDLE_POINTER_MS = 30000, LEFT_MS = 5000, LONGEST_PAUSE_MS = 300000, MARK_MS = 10000, SAY_MS = 10000;
const FIRST_RETRY_MS = 1000, LONGEST_RETRY_MS = 30000, GOODBYE_MS = 5000;
const CELLS = ["rank", "moved", "who", "days", "margin", "since", "leaves"], MARKED = new Set(["days"]);
const NEWEST_OPEN = 8, ALERTS_KEPT = 30;

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

function drawDetails() {
  const news = newest;
  setText(at("as-of"), news.asOf);
  const details = at("details");
  while (details.children.length > news.details.length) details.lastChild.remove();
  news.details.forEach((words, number) => {
    setText(details.children[number] ?? details.appendChild(document.createElement("span")), words);
  });
}

/* ---- The list: rows known by their key; a row that somebody has in hand is not taken out of the page. ---- */
const rows = new Map();
let cells = new Map();       // key -> what the newest frame says of that row
let order = [];              // keys, as the newest frame has them
let number = 0;
let entered = 0, left = 0, saidAt = -SAY_MS;

function adoptTable() {
  for (const row of document.querySelectorAll("tr[data-key]")) rows.set(row.dataset.key, row);
}

function makeRow(key) {
  const row = document.createElement("tr");
  row.dataset.key = key;
  row.tabIndex = -1;
  for (const name of CELLS) {
    const cell = row.appendChild(document.createElement(name === "who" ? "th" : "td"));
    cell.className = name === "who" ? "person" : name;
    if (name === "who") { cell.scope = "row"; cell.appendChild(document.createElement("bdi")); }
  }
  rows.set(key, row);
  return row;
}

function fillRow(row, content) {
  CELLS.forEach((name, index) => {
    const cell = row.children[index];
    const had = cell.textContent !== "";
    const changed = setText(name === "who" ? cell.firstElementChild : cell, content[name]);
    if (changed && had && MARKED.has(name)) {
      cell.classList.add("changed");
      setTimeout(() => cell.classList.remove("changed"), MARK_MS);
    }
  });
  row.dataset.place = content.place;
  row.dataset.trend = content.trend;
  row.classList.remove("gone");
}

function shownOrder() {
  return [...document.querySelectorAll("tr[data-key]")].map((row) => row.dataset.key);
}

/* The focused one stays where it is, and the others are put before or behind it: what is moved would lose the focus. */
function place(body, wanted) {
  const focused = wanted.findIndex((node) => node === document.activeElement && node.parentNode === body);
  let next = null;
  for (let index = wanted.length - 1; index >= 0; index -= 1) {
    const node = wanted[index];
    if (index !== focused && (node.parentNode !== body || node.nextElementSibling !== next)) body.insertBefore(node, next);
    next = node;
  }
}

function applyOrder() {
  const focused = document.activeElement?.closest?.("tr[data-key]") ?? null;
  const wanted = order.map((key) => {
    const row = rows.get(key) ?? makeRow(key);
    fillRow(row, cells.get(key));
    return row;
  });
  const known = new Set(order);
  for (const [key, row] of rows) {
    if (!known.has(key)) { row.remove(); rows.delete(key); }
  }
  place(at("inside"), wanted.filter((row) => row.dataset.place === "in"));
  place(at("below"), wanted.filter((row) => row.dataset.place !== "in"));
  if (focused && focused.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  drawHeld();
}

function fillInPlace() {
  const known = new Set(order);
  for (const [key, row] of rows) {
    if (known.has(key)) fillRow(row, cells.get(key)); else row.classList.add("gone");
  }
  drawHeld();
}

function movesHeld() {
  const shown = shownOrder(), place = new Map(order.map((key, index) => [key, index]));
  const kept = shown.filter((key) => place.has(key));
  let moved = 0, highest = -1;
  for (const key of kept) { if (place.get(key) < highest) moved += 1; else highest = place.get(key); }
  return moved + (shown.length - kept.length) + (order.length - kept.length);
}

/* ---- Holding still: while somebody points at the list or has the focus in it, its order stays; p holds everything.
   A window that nobody looks at keeps its focus: it counts for so long after a key or a press, as the pointer does. ---- */
let pointed = null, touched = null, leftAt = null;
const hasFocus = () => document.activeElement?.closest?.("#list tbody") != null;
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

function watchHolding() {
  const list = at("list");
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => { touched = clocks(); }, true);
  list.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch" && event.target.closest("tbody")) pointed = clocks(); });
  list.addEventListener("pointerleave", () => { if (pointed) leftAt = clocks(); pointed = null; });
  list.addEventListener("focusout", () => { leftAt = clocks(); });
  at("hold").addEventListener("click", () => { if (!paused && movesHeld()) letThrough(); else pause(!paused); });
}

/* ---- Frames: what is known is always the newest; what is drawn may be held. ---- */
let words = null, alerts = [];

function onBoard(board) {
  if (!board.whole && board.number !== number + 1) { line.again(0); return; }
  take(board);
  if (!paused) draw();
}

function take(board) {
  number = board.number;
  at("desk").dataset.frame = String(number);
  const content = new Map();
  order = board.rows.map((row) => {
    const key = typeof row === "string" ? row : row.key;
    content.set(key, typeof row === "string" ? cells.get(row) : row);
    return key;
  });
  cells = content;
  words = { cut: board.cut, shift: board.shift };
  const told = new Map(board.alerts.map((alert) => [alert.id, alert])), known = new Set(alerts.map((alert) => alert.id));
  for (const alert of board.whole ? [] : board.alerts) {
    if (!known.has(alert.id)) { if (alert.moved === "entered") entered += 1; else left += 1; }
  }
  const fresh = board.alerts.filter((alert) => !known.has(alert.id));
  alerts = board.whole ? board.alerts : [...fresh, ...alerts.map((alert) => told.get(alert.id) ?? alert)].slice(0, ALERTS_KEPT);
}

function draw() {
  setText(at("cut-words"), words.cut);
  setText(at("shift"), words.shift);
  drawAlerts();
  if (isHeld() && !isAllOther()) fillInPlace(); else applyOrder();
}

/* A console that was started again has other keys for everybody: nobody has left. */
const isAllOther = () => order.length > 0 && !order.some((key) => rows.has(key));

function drawAlerts() {
  const there = new Map([...document.querySelectorAll("li[data-alert]")].map((item) => [item.dataset.alert, item]));
  const items = alerts.map((alert) => {
    const shown = there.get(alert.id), item = shown && tells(shown, alert) ? shown : storyOf(alert);
    if (item === shown) there.delete(alert.id);
    setText(item.querySelector(".at"), alert.at);
    return item;
  });
  for (const item of there.values()) item.remove();
  place(at("news"), items.slice(0, NEWEST_OPEN));
  place(at("older"), items.slice(NEWEST_OPEN));
  at("no-news").hidden = items.length > 0;
  at("older-box").hidden = items.length <= NEWEST_OPEN;
}

/* Of a person who was erased since it names nobody any more. */
const tells = (item, alert) => item.querySelector(".told").textContent === alert.pieces.map(([text]) => text).join("");

function storyOf(alert) {
  const item = document.createElement("li");
  item.dataset.alert = alert.id;
  item.className = alert.moved;
  const head = item.appendChild(document.createElement("p"));
  head.className = "headline";
  for (const [tag, name, text] of [["b", "move", alert.moved], ["span", "at", alert.at], ["span", "id", alert.id]]) {
    const part = document.createElement(tag);
    part.className = name;
    part.textContent = text;
    head.append(part, " ");
  }
  const words = item.appendChild(document.createElement("p"));
  words.className = "told";
  for (const [text, names] of alert.pieces) {
    if (!names) { words.append(text); continue; }
    const who = words.appendChild(document.createElement("bdi"));
    who.className = "person";
    who.textContent = text;
  }
  return item;
}

/* One short sentence for a screen reader, at most every ten seconds; the table itself is silent. */
function sayMoves() {
  const now = performance.now();
  if (!paused && (entered || left) && now - saidAt >= SAY_MS) {
    setText(at("said"), `${entered} entered, ${left} left.`);
    entered = left = 0;
    saidAt = now;
  }
}

/* ---- The line to the console: tried for ever, later and later, and never by all pages at once. ---- */
const line = {
  source: null, timer: null, tries: 0, hiddenAt: null, hasRested: false,
  why() {
    if (this.hasRested) return "the page was out of sight, and has not asked since";
    return this.source && this.source.readyState === EventSource.OPEN ? "the console sends no news" : "the console does not answer";
  },
  open() {
    this.close();
    this.source = new EventSource("/stream");
    this.source.addEventListener("fresh", (event) => { this.tries = 0; this.hasRested = false; onFresh(JSON.parse(event.data)); });
    this.source.addEventListener("board", (event) => onBoard(JSON.parse(event.data)));
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

/* ---- Keys ---- */
function moveFocus(step) {
  const all = [...document.querySelectorAll("tr[data-key]")];
  const here = all.indexOf(document.activeElement?.closest?.("tr[data-key]"));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, here + step))];
  next?.focus();
}

const KEYS = {
  j: () => moveFocus(1),
  k: () => moveFocus(-1),
  c: () => at("cut").scrollIntoView({ block: "center" }),
  t: () => window.scrollTo(0, 0),
  ".": () => letThrough(),
  p: () => pause(!paused),
  "?": () => at("keys").showModal(),
  Escape: () => document.activeElement?.closest?.("#list") && document.activeElement.blur(),
};

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || at("keys").open) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  if (event.key !== "Escape" && !keysAreOn()) return;
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
}

function begin() {
  adoptTable();
  at("tools").hidden = false;
  at("made").hidden = true;
  at("help").hidden = !keysAreOn();
  at("help").addEventListener("click", () => at("keys").showModal());
  document.addEventListener("keydown", onKey);
  watchHolding();
  line.watchHiding();
  line.open();
  setInterval(() => {
    if (paused && since(pausedAt) >= LONGEST_PAUSE_MS) pause(false);
    drawFreshness();
    line.rest();
    sayMoves();
    if (!paused && number && !isHeld() && movesHeld()) applyOrder();
  }, 250);
  document.documentElement.dataset.script = "on";  // from here on the page ages by its own clock, before by the style
}

begin();
