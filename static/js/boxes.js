// Draw boxes over a picture or a clip. They live in the form's number fields, which work without this file.

/** @typedef {{ x: number, y: number, w: number, h: number }} Box in the picture's own pixels */

const SVG = "http://www.w3.org/2000/svg";
const STEP = 12; // pixels of the picture for each press of an arrow key; with Ctrl one
const LEAST = 8; // a smaller drag was a slip of the hand
const REACH = 14; // how near to a corner a press takes the corner, in pixels of the screen
const ROWS = 100;

/** @type {HTMLElement} */
const surface = document.querySelector("[data-surface]");
const svg = surface.querySelector("svg") ?? document.createElementNS(SVG, "svg"); // on sound nothing is drawn
/** @type {HTMLMediaElement | null} */
const clip = surface.querySelector("video, audio");
const form = document.querySelector("form[data-covered]");
const told = document.querySelector("[data-status]");
const { width: WIDE, height: HIGH } = svg.viewBox.baseVal;
/** @type {Map<Element, Element>} each row of the list and its box in the picture */
const drawn = new Map();
/** @type {string[][][]} what stood in the fields before each step */
const before = [];

const rows = (kind = "box") => [...form.querySelectorAll(`[data-row="${kind}"]`)];
const fields = (row) => [...row.querySelectorAll("input, select")];
const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
const rowOf = (rect) => [...drawn].find(([, one]) => one === rect)[0];
const within = (value, least, most) => Math.round(Math.max(least, Math.min(value, most)));
const isOut = (row) => field(row, "remove").checked;

/** @returns {Box | null} what a row's fields say, or nothing while they say no box */
function read(row) {
  const [x, y, w, h] = ["x", "y", "w", "h"].map((name) => Number.parseInt(field(row, name).value, 10));
  return x >= 0 && y >= 0 && w > 0 && h > 0 ? { x, y, w, h } : null;
}

/** Write a box into its row, cut to the picture, and draw it. */
function write(row, { x, y, w, h }) {
  const left = within(x, 0, WIDE - 1);
  const top = within(y, 0, HIGH - 1);
  const box = { x: left, y: top, w: within(w, 1, WIDE - left), h: within(h, 1, HIGH - top) };
  for (const [name, value] of Object.entries(box)) field(row, name).value = String(value);
  draw(row);
}

/** Draw what a row says, or take its box out of the picture. */
function draw(row) {
  const box = isOut(row) ? null : read(row);
  if (!box) {
    drawn.get(row)?.parentNode.remove();
    drawn.delete(row);
    return;
  }
  let rect = drawn.get(row);
  if (!rect) {
    const group = svg.appendChild(document.createElementNS(SVG, "g"));
    rect = group.appendChild(document.createElementNS(SVG, "rect"));
    const number = group.appendChild(document.createElementNS(SVG, "text"));
    number.setAttribute("font-size", String(Math.min(WIDE, HIGH) / 16));
    number.setAttribute("aria-hidden", "true"); // the box says it
    rect.setAttribute("tabindex", "0");
    rect.setAttribute("role", "img");
    drawn.set(row, rect);
  }
  const sides = { x: box.x, y: box.y, width: box.w, height: box.h };
  for (const [name, value] of Object.entries(sides)) rect.setAttribute(name, String(value));
  const number = rect.nextElementSibling;
  number.textContent = row.querySelector("[data-number]").textContent;
  number.setAttribute("x", String(box.x + box.w / 2));
  number.setAttribute("y", String(box.y + box.h / 2));
  rect.setAttribute("aria-label", worded(surface.dataset.said, row));
  rect.classList.toggle("away", isAway(row));
}

/** Whether a clip stands at a moment in which this box is not there. */
function isAway(row) {
  if (!clip) return false;
  const [begin, end] = ["begin", "end"].map((name) => Number.parseFloat(field(row, name).value));
  return clip.currentTime < (begin || 0) || clip.currentTime > (Number.isNaN(end) ? Infinity : end);
}

/** @param {string} sentence with {n}, {reason}, {x}, {y}, {w} and {h} in it */
function worded(sentence, row) {
  const reason = field(row, "reason");
  const parts = { ...read(row), n: row.querySelector("[data-number]").textContent, reason: reason.selectedOptions[0].text };
  return sentence.replace(/\{(\w+)\}/g, (_all, name) => String(parts[name] ?? ""));
}

/** Number the rows that count, hide the others, and draw every box. */
function show() {
  for (const kind of ["box", "mute"]) {
    let number = 0;
    for (const row of rows(kind)) {
      row.hidden = isOut(row);
      row.querySelector("[data-number]").textContent = String(row.hidden ? "" : (number += 1));
    }
  }
  for (const row of rows()) draw(row);
}

const state = () => ["box", "mute"].flatMap(rows).map((row) => fields(row).map((one) => (one.type === "checkbox" ? String(one.checked) : one.value)));

/** Keep what stands now, to come back to it. */
function remember() {
  before.push(state());
}

/** Forget the last step where nothing came of it. */
function settle() {
  if (JSON.stringify(before.at(-1)) === JSON.stringify(state())) before.pop();
}

/** Return a row to write into: one that says nothing, or a new one; nothing where the page is full. */
function vacant(kind) {
  const own = rows(kind);
  let row = own.find((one) => isOut(one) || !fields(one).some((part) => part.type === "number" && part.value));
  if (row) {
    for (const part of fields(row)) if (part.type === "number") part.value = "";
    field(row, "remove").checked = false;
    return row;
  }
  if (own.length >= ROWS) {
    told.textContent = surface.dataset.full;
    return null;
  }
  /** @type {HTMLTemplateElement} */
  const blank = document.querySelector(`template[data-blank="${kind}"]`);
  row = blank.content.firstElementChild.cloneNode(true);
  for (const part of row.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
    for (const name of ["id", "name", "for", "aria-describedby"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(`${kind}-N`, `${kind}-${own.length}`));
    }
  }
  form.querySelector(`[data-list="${kind}"]`).append(row);
  form.querySelector(`[data-rows="${kind}"]`).value = String(own.length + 1);
  ready(row);
  return row;
}

/** Take a row out, and go on to the next box. */
function remove(row) {
  remember();
  const number = row.querySelector("[data-number]").textContent;
  field(row, "remove").checked = true;
  show();
  told.textContent = surface.dataset.gone.replace("{n}", number);
  (svg.querySelector("rect") ?? form.querySelector("[data-add]")).focus();
}

/** Come back to what stood before the last step. */
function undo() {
  const kept = before.pop();
  if (!kept) return;
  ["box", "mute"].flatMap(rows).forEach((row, at) => {
    fields(row).forEach((part, index) => {
      const value = kept[at]?.[index]; // nothing: the row is newer, and goes
      if (part.type === "checkbox") part.checked = value !== "false";
      else if (value !== undefined) part.value = value;
    });
  });
  show();
  told.textContent = surface.dataset.undone;
}

/** Let a row's buttons work, and fold away what drawing writes by itself. */
function ready(row) {
  row.querySelector("[data-remove]").hidden = true;
  const button = row.querySelector("[data-remove-now]");
  button.hidden = false;
  button.addEventListener("click", () => remove(row));
  const numbers = row.querySelector("[data-numbers]");
  if (numbers && !numbers.querySelector(".bad")) numbers.open = false;
  for (const now of row.querySelectorAll("[data-now]")) {
    now.hidden = false;
    now.addEventListener("click", () => {
      remember();
      field(row, now.dataset.now).value = clip.currentTime.toFixed(2);
      show();
    });
  }
}

/** @param {PointerEvent} event */
function point(event) {
  const seen = svg.getBoundingClientRect();
  return { x: ((event.clientX - seen.left) * WIDE) / seen.width, y: ((event.clientY - seen.top) * HIGH) / seen.height };
}

/** Return the corner across from the one that was pressed, or nothing where the press was inside. */
function across({ x, y, w, h }, at) {
  const reach = (REACH * WIDE) / svg.getBoundingClientRect().width;
  const near = (value, side) => Math.abs(value - side) <= reach;
  const side = near(at.x, x + w) ? x : near(at.x, x) ? x + w : null;
  const level = near(at.y, y + h) ? y : near(at.y, y) ? y + h : null;
  return side === null || level === null ? null : { x: side, y: level };
}

/** @returns {(to: { x: number, y: number }) => void} what a drag does to a row from here */
function dragging(row, from) {
  const box = read(row);
  const fixed = box ? across(box, from) : from;
  if (fixed) {
    return (to) => {
      const ends = { x: within(to.x, 0, WIDE), y: within(to.y, 0, HIGH) };
      const [x, y] = [Math.min(fixed.x, ends.x), Math.min(fixed.y, ends.y)];
      write(row, { x, y, w: Math.abs(ends.x - fixed.x), h: Math.abs(ends.y - fixed.y) });
    };
  }
  return (to) => {
    const x = within(box.x + to.x - from.x, 0, WIDE - box.w);
    write(row, { ...box, x, y: within(box.y + to.y - from.y, 0, HIGH - box.h) });
  };
}

/** @type {{ row: Element, drag: (to: { x: number, y: number }) => void } | null} */
let held = null;

svg.addEventListener("pointerdown", (event) => {
  if (event.button || held) return;
  remember();
  const over = event.target === svg ? null : rowOf(event.target);
  const row = over ?? vacant("box");
  if (!row) return void before.pop();
  held = { row, drag: dragging(row, point(event)) };
  svg.setPointerCapture(event.pointerId);
  event.preventDefault();
});
svg.addEventListener("pointermove", (event) => held?.drag(point(event)));
for (const end of ["pointerup", "pointercancel"]) {
  svg.addEventListener(end, () => {
    if (!held) return;
    const { row } = held;
    held = null;
    const box = read(row);
    if (end === "pointercancel" || !box || box.w < LEAST || box.h < LEAST) return undo();
    settle();
    show();
    drawn.get(row).focus();
  });
}

svg.addEventListener("keydown", (event) => {
  if (event.target === svg) return;
  const row = rowOf(event.target);
  const by = event.ctrlKey ? 1 : STEP;
  const ways = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] };
  const [right, down] = ways[event.key] ?? [0, 0];
  if (event.key === "Delete" || event.key === "Backspace") remove(row);
  else if (right || down) {
    remember();
    const { x, y, w, h } = read(row);
    if (event.shiftKey) write(row, { x, y, w: w + right, h: h + down });
    else write(row, { x: within(x + right, 0, WIDE - w), y: within(y + down, 0, HIGH - h), w, h });
    settle();
    told.textContent = worded(surface.dataset.said, row);
  } else return;
  event.preventDefault();
});

for (const button of form.querySelectorAll("[data-add]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    remember();
    const row = vacant(button.dataset.add);
    if (!row) return void before.pop();
    if (button.dataset.add === "box") write(row, { x: WIDE * 0.4, y: HIGH * 0.4, w: WIDE * 0.2, h: HIGH * 0.2 });
    show();
    (drawn.get(row) ?? fields(row)[0]).focus();
  });
}

form.querySelector("[data-undo]")?.addEventListener("click", undo);
addEventListener("keydown", (event) => {
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.target.matches("input, select")) return;
  event.preventDefault();
  undo();
});
form.addEventListener("change", show);
form.addEventListener("focusin", (event) => {
  if (event.target.matches("input, select")) remember();
});
form.addEventListener("focusout", settle);

/** @type {HTMLElement | null} */
const transport = document.querySelector("[data-transport]");
if (transport) {
  const where = transport.querySelector("[data-where]");
  const clock = transport.querySelector("[data-clock]");
  clip.controls = false; // they would lie under the boxes
  transport.hidden = false;
  transport.querySelector("[data-play]").addEventListener("click", () => (clip.paused ? clip.play() : clip.pause()));
  transport.querySelector("[data-sound]").addEventListener("click", () => {
    clip.muted = !clip.muted;
  });
  for (const button of transport.querySelectorAll("[data-frames]")) {
    button.addEventListener("click", () => {
      clip.pause();
      clip.currentTime += Number(button.dataset.frames) / (Number(clip.dataset.frameRate) || 30);
    });
  }
  where.addEventListener("input", () => {
    clip.currentTime = Number(where.value);
  });
  const moved = () => {
    if (Number.isFinite(clip.duration)) where.max = String(clip.duration);
    where.value = String(clip.currentTime);
    clock.textContent = clip.currentTime.toFixed(2);
    for (const [row, rect] of drawn) rect.classList.toggle("away", isAway(row));
  };
  for (const name of ["loadedmetadata", "timeupdate", "seeked"]) clip.addEventListener(name, moved);
  moved();
}

svg.replaceChildren(); // what the server drew; from here on the boxes are ours
svg.classList.add("drawing");
for (const shown of document.querySelectorAll("[data-with-script], [data-undo]")) shown.hidden = false;
for (const row of ["box", "mute"].flatMap(rows)) ready(row);
for (const row of rows()) if (!read(row) && !row.querySelector(".bad")) field(row, "remove").checked = true;
show();
