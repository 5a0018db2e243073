// The page of files, with a script: what is chosen stands in rows, is locked in a worker and sent part by part.
// Without this file, or where the worker does not come, the form sends the files as it always did.

import { Stopped } from "./asking.js";
import { canCopy, placeless } from "./copies.js";
import { drop, keep, keptOf } from "./records.js";
import { Row } from "./row.js";
import { send } from "./sending.js";
import { Speed } from "./speed.js";
import { filled, size, time } from "./words.js";
import { startWorker, work } from "./worker.js";

const USUAL_RATE = 1_000_000; // bytes a second: a phone's line on a middling day
const OVER = ["saved", "refused", "pick"]; // nothing is lost when the page goes
const SETTLED = ["saved", "stopped", "refused", "pick", "paused"];

/** @type {HTMLFormElement} */
const form = document.querySelector("form[data-worker]");
/** @type {HTMLInputElement} */
const input = form.querySelector("input[type=file]");
/** @type {HTMLElement} */
const list = form.querySelector("[data-rows]");
const total = form.querySelector("[data-total]");
const starter = form.querySelector("[data-start]");
const spoken = form.querySelector("[data-spoken]");
const to = {
  incident: form.dataset.incident,
  recipient: form.dataset.recipient,
  token: form.dataset.token,
  partBytes: Number(form.dataset.partBytes),
};
const limits = {
  file: Number(form.dataset.limitBytes),
  files: Number(form.dataset.filesLeft),
  bytes: Number(form.dataset.bytesLeft),
};
/** @type {Row[]} */
let rows = [];
let running = false;
let answersToo = false; // what is answered beside the files goes when they are there
/** @type {WakeLockSentinel | null} */
let light = null;
let rate = 0; // of the last part that went out

/** @type {Promise<void> | null} */
let ready = null;
let failed = false;

/** Start the worker when it is first needed; false where it does not come, and then the form goes the plain way. */
async function isReady() {
  ready ??= startWorker(form.dataset.worker);
  try {
    await ready;
    return true;
  } catch {
    failed = true;
    showWords({ scripted: false });
    return false;
  }
}

/** Say which way the files go. @param {{ scripted: boolean }} way */
function showWords({ scripted }) {
  for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = !scripted;
  for (const part of document.querySelectorAll("[data-plain]")) part.hidden = scripted;
}

// Choosing.

async function take() {
  if (input.files.length === 0 || !(await isReady())) return;
  const files = [...input.files];
  input.value = ""; // the form shall not send them as well
  for (const file of files) await add(file);
  sum();
}

/** @param {File} file @param {string} [copyOf] */
async function add(file, copyOf) {
  const mark = await work("mark", { text: `${file.size} ${file.lastModified} ${file.name}` });
  if (rows.some((row) => row.mark === mark && row.file && row.state !== "refused")) return null; // chosen twice
  const known = keptOf(to.incident).find((kept) => kept.file === mark);
  const row = (known && rows.find((one) => one.id === known.exhibit)) || addRow(known?.exhibit ?? newId());
  Object.assign(row, { file, mark, copyOf: copyOf ?? known?.copyOf, begun: Boolean(known), counted: Boolean(known), gone: 0 });
  row.call(file.name, file.size);
  const why = known ? "" : whyNot(row);
  if (why) row.show("refused", { why, limit: size(limits.file) });
  else row.show("waiting");
  if (!why && !copyOf && (await work("place", { file }).catch(() => false))) {
    row.tellPlace(await canCopy(file));
  }
  return row;
}

/** @param {string} id */
function addRow(id) {
  const row = new Row(list, { pause, go, again: go, remove });
  row.id = id;
  rows.push(row);
  return row;
}

/** Why a file is not sent at all; the server keeps the same limits. */
function whyNot(row) {
  const others = rows.filter((one) => one !== row && one.file && !one.counted && one.state !== "refused");
  if (row.file.size === 0) return "empty";
  if (row.file.size > limits.file) return "large";
  if (others.length >= limits.files) return "many";
  if (others.reduce((sum, one) => sum + one.file.size, row.file.size) > limits.bytes) return "room";
  return "";
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // outside a secure context
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

// What can be done with a row.

/** @param {Row} row */
function pause(row) {
  row.stop?.abort(new Stopped("paused"));
  row.show("paused");
  row.part("go").focus();
}

/** @param {Row} row */
function go(row) {
  row.show("queued");
  row.part("remove").focus();
  run();
}

/** @param {Row} row */
async function remove(row) {
  row.stop?.abort(new Stopped("removed"));
  rows = rows.filter((one) => one !== row);
  const next = row.remove();
  (next?.querySelector("button:not([hidden])") ?? input).focus();
  speak(filled(list.dataset.removed, { name: row.file?.name ?? list.dataset.unnamed }));
  drop(row.id);
  sum();
  if (row.begun || row.stop) {
    const headers = { Authorization: `Bearer ${to.token}` };
    await fetch(`/report/incidents/${to.incident}/exhibits/${row.id}`, { method: "DELETE", headers }).catch(() => null);
  }
}

/** @param {string} sentence read out by a screen reader */
function speak(sentence) {
  spoken.textContent = sentence;
}

/** Say how much waits, and how long it may take. */
function sum() {
  const waiting = rows.filter((row) => row.file && !SETTLED.includes(row.state));
  const bytes = waiting.reduce((sum, row) => sum + row.file.size - row.gone, 0);
  total.hidden = bytes === 0;
  starter.hidden = !rows.some(isWaiting);
  total.textContent = filled(total.dataset.words, { size: size(bytes), time: time(bytes / (rate || USUAL_RATE)) });
}

// Sending.

async function run() {
  if (running) return;
  running = true;
  await stayAwake();
  for (let row = next(); row; row = next()) await deliver(row);
  light?.release().catch(() => null);
  running = false;
  sum();
  if (answersToo && rows.every((row) => OVER.includes(row.state)) && isAnswered()) form.submit();
  answersToo = false;
}

/** Send all that waits. */
function start() {
  for (const row of rows.filter(isWaiting)) row.show("queued");
  sum();
  run();
}

const isWaiting = (/** @type {Row} */ row) => row.state === "waiting";
const next = () => rows.find((row) => row.state === "queued");

/** Whether anything is answered beside the files. */
const isAnswered = () => [...form.querySelectorAll(".questions :checked, .questions textarea")].some((one) => one.value);

/** @param {Row} row */
async function deliver(row) {
  const speed = new Speed();
  const record = { incident: to.incident, exhibit: row.id, file: row.mark, copyOf: row.copyOf };
  const parts = Math.ceil(row.file.size / to.partBytes);
  row.stop = new AbortController();
  const { signal } = row.stop;
  if (row.wantsCopy && !row.copied) await addCopy(row);
  try {
    await send(to, work, {
      file: row.file,
      id: row.id,
      begun: row.begun,
      copyOf: row.copyOf,
      signal,
      tell: (state, part) => {
        if (signal.aborted) return; // the worker was still at it
        row.show(state, { part: part ?? 0, parts });
        if (state === "offline") speak(list.dataset.offlineSay);
      },
      heard: (bytes) => {
        if (signal.aborted) return;
        speed.note(bytes);
        row.gone = bytes;
        row.fill(bytes / row.file.size);
        if (!speed.rate) return;
        rate = speed.rate;
        const left = time((row.file.size - bytes) / rate);
        row.say(filled(list.dataset.pace, { rate: size(rate), time: left }));
        sum();
      },
      keep: () => {
        row.begun = true;
        keep({ ...record, parts });
      },
    });
  } catch (stopped) {
    return halt(row, stopped);
  }
  drop(row.id);
  row.gone = row.file.size;
  row.show("saved");
  speak(filled(list.dataset.arrived, { name: row.file.name }));
  form.querySelector("[data-locked]").hidden = false;
}

/** @param {Row} row @param {unknown} stopped */
function halt(row, stopped) {
  const why = stopped instanceof Stopped ? stopped.why : "unreadable";
  if (why === "paused" || why === "removed") return;
  if (why === "unknown") {
    // The server does not know of it any more: from the beginning, as a file of its own.
    drop(row.id);
    Object.assign(row, { id: newId(), begun: false });
    return row.show("queued");
  }
  row.show("stopped", { why, limit: size(limits.file) });
  speak(`${row.file.name}: ${row.part("say").textContent}`);
}

/** Put a copy without the place behind a picture that shows it. @param {Row} row */
async function addCopy(row) {
  row.copied = true;
  const stem = row.file.name.replace(/\.[^.]+$/, "");
  const copy = await placeless(row.file, `${filled(list.dataset.copyName, { name: stem })}.jpg`);
  const added = copy && (await add(copy, row.id));
  if (added?.state === "waiting") added.show("queued");
}

/** Keep the screen on, where the browser can: when it goes dark, a phone stops sending. */
async function stayAwake() {
  try {
    light = await navigator.wakeLock.request("screen");
  } catch {
    light = null;
  }
}

document.addEventListener("visibilitychange", () => {
  if (running && document.visibilityState === "visible") stayAwake();
});

// The page.

form.addEventListener("submit", (event) => {
  if (event.submitter?.hasAttribute("formaction")) return; // only another language
  if (running || rows.some(isWaiting)) {
    event.preventDefault();
    answersToo = true;
    start();
  } else if (input.files.length > 0 && !failed) {
    event.preventDefault(); // pressed while they are being looked at
    taking.then(() => (failed ? form.submit() : form.requestSubmit()));
  }
});
starter.addEventListener("click", start);
input.addEventListener("change", () => {
  taking = take();
});
showWords({ scripted: true });
for (const kept of keptOf(to.incident)) {
  const row = addRow(kept.exhibit);
  Object.assign(row, { begun: true, mark: kept.file });
  row.call("");
  row.show("pick");
}
let taking = take(); // some were chosen before this script ran
