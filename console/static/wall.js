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
  at("news").replaceChildren(...alerts.map((alert) => storyOf(alert)));
  at("no-news").hidden = alerts.length > 0;
}

function onBoard(board) {
  if (!board.whole && board.number !== number + 1) { line.again(0); return; }
  number = board.number;
  at("desk").dataset.frame = String(number);
  cells = contentsOf(board.rows, cells);
  order = [...cells.keys()];
  setText(at("cut-words"), board.cut);
  alerts = alertsOf(board, alerts, ALERTS_KEPT);
  draw();
}

function begin() {
  for (const row of document.querySelectorAll("li[data-key]")) rows.set(row.dataset.key, row);
  line.address = "/stream?of=wall";
  line.hears.board = onBoard;
  beginLine(() => {});
}

begin();
