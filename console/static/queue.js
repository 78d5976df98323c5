"use strict";
/* The queue, live: what waits, since when, and whose it is. Like the board's list it holds still while somebody has it in hand. */

const items = new Map();     // key -> its element
let contents = new Map();    // key -> what the newest frame says of it
let order = [];              // keys, as the newest frame has them
let number = 0, summary = "", nothing = "", taking = false;
const LIST = "#queue > li";

const shownItems = () => [...document.querySelectorAll(LIST)].map((item) => item.dataset.key);
const movesHeld = () => movesBetween(shownItems(), order);

function onQueue(queue) {
  if (!queue.whole && queue.number !== number + 1) { line.again(0); return; }
  number = queue.number;
  at("desk").dataset.frame = String(number);
  contents = contentsOf(queue.items, contents);
  order = [...contents.keys()];
  ({ summary, nothing } = queue);
  if (!paused) draw();
}

function draw() {
  setText(at("summary"), summary);
  setText(at("nothing"), nothing);
  at("nothing").hidden = order.length > 0;
  if (isHeld()) fillInPlace(); else applyOrder();
}

function fillInPlace() {
  for (const [key, item] of items) {
    if (contents.has(key)) fillItem(item, contents.get(key)); else item.classList.add("gone");
  }
  drawHeld();
}

function applyOrder() {
  const wanted = order.map((key) => {
    const item = items.get(key) ?? makeItem(key);
    fillItem(item, contents.get(key));
    return item;
  });
  for (const [key, item] of items) {
    if (!contents.has(key)) { item.remove(); items.delete(key); }
  }
  place(at("queue"), wanted);
  drawHeld();
}

function part(parent, tag, name) {
  const made = parent.appendChild(document.createElement(tag));
  if (name) made.className = name;
  return made;
}

function makeItem(key) {
  const item = document.createElement("li");
  item.dataset.key = key;
  item.tabIndex = -1;
  const head = part(item, "p", "headline");
  part(head, "b", "kind");
  head.append(" ");
  part(head, "span", "at");
  head.append(" ");
  part(part(head, "span", "owner"), "bdi", "");
  part(item, "p", "told");
  const link = part(part(item, "p", "way"), "a", "");
  link.append("Open ");
  part(link, "span", "id");
  items.set(key, item);
  return item;
}

function fillItem(item, content) {
  item.dataset.kind = content.kind;
  item.classList.remove("gone");
  const by = at("desk").dataset.by;
  if (by && content.owner === by) item.dataset.mine = "yes"; else delete item.dataset.mine;
  setText(item.querySelector(".kind"), content.word);
  setText(item.querySelector(".at"), content.age);
  setText(item.querySelector(".owner bdi"), content.owner);
  setText(item.querySelector(".id"), content.id);
  const link = item.querySelector("a");
  if (link.getAttribute("href") !== content.address) link.setAttribute("href", content.address);
  const told = item.querySelector(".told");
  if (told.textContent === content.pieces.map(([text]) => text).join("")) return;
  tell(told, content.pieces);
}

/* ---- One key makes it yours: the console is asked what it would say of the person, and that is what you have looked at. ---- */
async function take() {
  const item = document.activeElement?.closest?.(LIST);
  if (!item || taking || !at("desk").dataset.by) { if (item && !taking) say("Only who has signed in can take it."); return; }
  taking = true;
  try { say(await lookAt(item.querySelector("a").getAttribute("href"))); }
  catch { say("The console does not answer: nothing is written."); }
  finally { taking = false; }
}

async function lookAt(address) {
  const json = { Accept: "application/json" };
  const asked = await fetch(address, { headers: json });
  const form = await asked.json();
  if (!asked.ok) return form.words;
  const body = new URLSearchParams({ act: "look", seen: form.seen });
  const answer = await fetch(address, { method: "POST", headers: json, body });
  return (await answer.json()).words;
}

function say(words) {
  setText(at("said"), "");
  setText(at("said"), words);
  setText(at("answer"), words);
  at("answer").hidden = false;
}

const QUEUE_KEYS = {
  j: () => moveFocus(LIST, 1),
  k: () => moveFocus(LIST, -1),
  o: () => take(),
  Enter: () => {
    const item = document.activeElement;
    if (item?.matches?.(LIST)) item.querySelector("a").click(); else item?.click?.();
  },
  ".": () => letThrough(),
  p: () => pause(!paused),
  "?": () => at("keys").showModal(),
  Escape: () => document.activeElement?.closest?.("#queue") && document.activeElement.blur(),
};

function begin() {
  for (const item of document.querySelectorAll(LIST)) items.set(item.dataset.key, item);
  watchHolding(at("queue"), LIST);
  line.address = "/stream?of=queue";
  line.hears.queue = onQueue;
  beginLive(QUEUE_KEYS, () => {});
}

begin();
