"use strict";
/* The wall, live: nobody touches it, so nothing is held. */

const rows = new Map();      // key -> its element
let cells = new Map();       // key -> what the newest frame says of that row
let number = 0, order = [], alerts = [];
const ALERTS_KEPT = 5;
const SPANS = ["rank", "moved", "who", "days"];

function makeRow(key) {
  const row = document.createElement("li");
  row.dataset.key = key;
  for (const name of SPANS) {
    const part = document.createElement(name === "who" ? "bdi" : "span");
    part.className = name === "who" ? "person" : name;
    row.append(part, " ");
  }
  rows.set(key, row);
  return row;
}

function fillRow(row, content) {
  SPANS.forEach((name, index) => setText(row.children[index], content[name]));
  row.dataset.place = content.place;
  row.dataset.trend = content.trend;
}

function draw() {
  const wanted = order.map((key) => {
    const row = rows.get(key) ?? makeRow(key);
    fillRow(row, cells.get(key));
    return row;
  });
  for (const [key, row] of rows) {
    if (!cells.has(key)) { row.remove(); rows.delete(key); }
  }
  const first = wanted.findIndex((row) => row.dataset.place !== "in"), cut = first < 0 ? wanted.length : first;
  place(at("list"), [...wanted.slice(0, cut), at("cut"), ...wanted.slice(cut)]);
  at("news").replaceChildren(...alerts.map(storyOf));
  at("no-news").hidden = alerts.length > 0;
}

function storyOf(alert) {
  const item = document.createElement("li");
  item.dataset.alert = alert.id;
  item.className = alert.moved;
  const head = item.appendChild(document.createElement("p"));
  head.className = "headline";
  for (const [tag, name, text] of [["b", "move", alert.moved], ["span", "at", alert.at]]) {
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

function onBoard(board) {
  if (!board.whole && board.number !== number + 1) { line.again(0); return; }
  number = board.number;
  at("desk").dataset.frame = String(number);
  const content = new Map();
  order = board.rows.map((row) => {
    const key = typeof row === "string" ? row : row.key;
    content.set(key, typeof row === "string" ? cells.get(row) : row);
    return key;
  });
  cells = content;
  setText(at("cut-words"), board.cut);
  const told = new Map(board.alerts.map((alert) => [alert.id, alert]));
  const fresh = board.alerts.filter((alert) => !alerts.some((known) => known.id === alert.id));
  alerts = (board.whole ? board.alerts : [...fresh, ...alerts.map((alert) => told.get(alert.id) ?? alert)]).slice(0, ALERTS_KEPT);
  draw();
}

function begin() {
  for (const row of document.querySelectorAll("li[data-key]")) rows.set(row.dataset.key, row);
  line.address = "/stream?of=wall";
  line.hears.board = onBoard;
  beginLine(() => {});
}

begin();
