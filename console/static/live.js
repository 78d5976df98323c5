"use strict";
/* The board, live: its list holds still while somebody has it in hand. */

const MARK_MS = 10000, SAY_MS = 10000;
const CELLS = [...document.querySelectorAll("#list thead th")].map((head) => (head.className === "person" ? "who" : head.className));
const MARKED = new Set(["days", "status", "owner"]);
const NEWEST_OPEN = 8, ALERTS_KEPT = 30;

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
    if (name === "who") cell.scope = "row";
    if (name === "who" || name === "owner") cell.appendChild(document.createElement("bdi"));
  }
  rows.set(key, row);
  return row;
}

function fillRow(row, content) {
  CELLS.forEach((name, index) => {
    const cell = row.children[index];
    const had = cell.textContent !== "";
    const changed = setText(cell.querySelector("bdi") ?? cell, content[name] ?? "");
    if (changed && had && MARKED.has(name)) {
      cell.classList.add("changed");
      setTimeout(() => cell.classList.remove("changed"), MARK_MS);
    }
  });
  leadTo(row, content.address);
  row.dataset.place = content.place;
  row.dataset.trend = content.trend;
  if (content.kind) row.dataset.kind = content.kind; else delete row.dataset.kind;
  row.classList.remove("gone");
}

/* To their stay, or to the page about that person, where there is one. */
function leadTo(row, address) {
  const who = row.querySelector("bdi"), link = who.closest("a");
  if (!address) { if (link) link.replaceWith(who); return; }
  const way = link ?? document.createElement("a");
  if (way.getAttribute("href") !== address) way.href = address;
  if (!link) { who.replaceWith(way); way.appendChild(who); }
}

function shownOrder() {
  return [...document.querySelectorAll("tr[data-key]")].map((row) => row.dataset.key);
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
  if (focused && focused.isConnected && !focused.contains(document.activeElement)) focused.focus({ preventScroll: true });
  drawHeld();
}

function fillInPlace() {
  const known = new Set(order);
  for (const [key, row] of rows) {
    if (known.has(key)) fillRow(row, cells.get(key)); else row.classList.add("gone");
  }
  drawHeld();
}

/* What is held back, as a number of moves. */
const movesHeld = () => movesBetween(shownOrder(), order);

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
  cells = contentsOf(board.rows, cells);
  order = [...cells.keys()];
  words = { cut: board.cut, shift: board.shift };
  const known = new Set(alerts.map((alert) => alert.id));
  for (const alert of board.whole ? [] : board.alerts) {
    if (!known.has(alert.id)) { if (alert.moved === "entered") entered += 1; else left += 1; }
  }
  alerts = alertsOf(board, alerts, ALERTS_KEPT);
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
    const shown = there.get(alert.id), item = shown && tells(shown, alert) ? shown : storyOf(alert, ["span", "id", alert.id]);
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

/* One short sentence for a screen reader, at most every ten seconds; the table itself is silent. */
function sayMoves() {
  const now = performance.now();
  if (!paused && (entered || left) && now - saidAt >= SAY_MS) {
    setText(at("said"), `${entered} entered, ${left} left.`);
    entered = left = 0;
    saidAt = now;
  }
}

/* ---- Keys ---- */
const BOARD_KEYS = {
  j: () => moveFocus("tr[data-key]", 1),
  k: () => moveFocus("tr[data-key]", -1),
  c: () => at("cut").scrollIntoView({ block: "center" }),
  t: () => window.scrollTo(0, 0),
  Enter: () => {
    const here = document.activeElement;
    (here?.matches?.("tr[data-key]") ? here.querySelector("a") : here)?.click?.();
  },
  ".": () => letThrough(),
  p: () => pause(!paused),
  o: () => document.activeElement?.closest?.("tr[data-key]")?.querySelector("a")?.click(),
  "?": () => at("keys").showModal(),
  Escape: () => document.activeElement?.closest?.("#list") && document.activeElement.blur(),
};

/* Nobody knows what officers do while Kafka is not read: the list itself may be live. */
function drawUnread() {
  const note = at("unread");
  if (!note || !newest || paused) return;
  note.hidden = newest.desk === "";
  setText(at("unread-why"), newest.desk);
  at("desk").classList.toggle("unread-desk", newest.desk !== "");
}

function begin() {
  adoptTable();
  watchHolding(at("list"), "#list tbody");
  line.hears.board = onBoard;
  beginLive(BOARD_KEYS, () => { sayMoves(); drawUnread(); });
}

begin();
