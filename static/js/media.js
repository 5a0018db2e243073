// The page of one file: keys and buttons around what is shown, and how far a copy is. The page works without this file.

const LINES = "application/x-ndjson";
const shortest = 0.05; // seconds between the ends of a loop

/** @type {HTMLElement | null} */
const viewer = document.querySelector("[data-viewer]");
/** @type {HTMLMediaElement | null} */
const player = viewer?.querySelector("video, audio") ?? null;
/** @type {HTMLInputElement | null} */
const keysOff = viewer?.querySelector("[data-keys-off]") ?? null;
const off = "keys-off"; // remembered until the tab is closed
/** @type {number[]} */
const loop = [];

/** What each tool of a clip or a sound does. @type {Record<string, (tool: HTMLElement) => void>} */
const does = {
  play: () => (player.paused ? player.play() : player.pause()),
  back: () => step(-1),
  on: () => step(1),
  sound: (tool) => {
    player.muted = !(/** @type {HTMLInputElement} */ (tool).checked);
  },
  speed: (tool) => {
    player.playbackRate = Number(tool.dataset.speed);
  },
  loop: (tool) => {
    if (loop.length === 2) loop.length = 0;
    else if (loop.length === 1 && player.currentTime - loop[0] < shortest) loop.length = 0;
    else loop.push(player.currentTime);
    const next = [tool.dataset.begin, tool.dataset.end, tool.dataset.clear][loop.length];
    tool.firstElementChild.textContent = next;
  },
};

/** Go one picture on or back, and stay there. @param {number} way */
function step(way) {
  player.pause();
  const length = 1 / Number(player.dataset.rate);
  player.currentTime = Math.max(0, player.currentTime + way * length);
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60), whole % 60].map((part) => String(part).padStart(2, "0"));
  return `${parts.join(":")}.${String(Math.floor((seconds - whole) * 1000)).padStart(3, "0")}`;
}

/** Say where the clip stands, and hold it within its loop. */
function follow() {
  if (loop.length === 2 && (player.currentTime >= loop[1] || player.currentTime < loop[0])) player.currentTime = loop[0];
  const at = viewer.querySelector("[data-at]");
  at.textContent = [clock(player.currentTime), ...loop.map((end) => `[${clock(end)}]`)].join(" ");
}

/** Show on the tools what holds, whoever changed it: the browser's own buttons do too. */
function mirror() {
  for (const tool of viewer.querySelectorAll("[data-does=speed]")) {
    tool.setAttribute("aria-pressed", String(Number(tool.dataset.speed) === player.playbackRate));
  }
  /** @type {HTMLInputElement} */ (viewer.querySelector("[data-does=sound]")).checked = !player.muted;
}

function turn() {
  const turns = [.../** @type {NodeListOf<HTMLInputElement>} */ (viewer.querySelectorAll("[name=turn]"))];
  if (turns.length) turns[(turns.findIndex((one) => one.checked) + 1) % turns.length].checked = true;
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || keysOff?.checked) return;
  const on = /** @type {HTMLElement} */ (event.target);
  if (on.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  if (event.key === " " && on !== document.body && !on.matches("main, .frame")) return; // there it is a press of that button
  const file = { "[": "[data-before]", "]": "[data-after]" }[event.key];
  if (file) return void (/** @type {HTMLElement | null} */ (document.querySelector(file))?.click());
  if (!viewer) return;
  const tool = [...viewer.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (event.key === "r") turn();
  else if (event.key === "?") viewer.querySelector("[data-legend]").toggleAttribute("open");
  else if (tool) /** @type {HTMLElement} */ (tool).click();
  else return;
  event.preventDefault();
}

if (viewer) {
  viewer.querySelector("[data-legend]").hidden = false;
  keysOff.checked = sessionStorage.getItem(off) !== null;
  keysOff.addEventListener("change", () => {
    if (keysOff.checked) sessionStorage.setItem(off, "yes");
    else sessionStorage.removeItem(off);
  });
}
addEventListener("keydown", press);

if (player) {
  for (const hidden of viewer.querySelectorAll("[data-scripted], label[hidden]")) hidden.hidden = false;
  player.muted = true;
  for (const tool of viewer.querySelectorAll("[data-does]")) {
    tool.addEventListener(tool.matches("input") ? "change" : "click", () => {
      does[tool.dataset.does](/** @type {HTMLElement} */ (tool));
      follow();
    });
  }
  for (const heard of ["timeupdate", "seeked", "loadedmetadata"]) player.addEventListener(heard, follow);
  for (const heard of ["ratechange", "volumechange"]) player.addEventListener(heard, mirror);
  mirror();
}

/** Read how far a copy is, line by line, and go where the last one says. @param {HTMLFormElement} form */
async function make(form) {
  const shown = /** @type {HTMLElement} */ (form.querySelector("[data-progress]"));
  const bar = form.querySelector("progress");
  const said = form.querySelector("[data-said]");
  const stop = new AbortController();
  form.querySelector("[data-stop]").addEventListener("click", () => stop.abort(), { once: true });
  shown.hidden = false;
  for (const button of form.querySelectorAll(".actions button")) button.setAttribute("aria-disabled", "true");
  let to = "";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: LINES },
      signal: stop.signal,
    });
    if (!answer.ok || !answer.headers.get("Content-Type").startsWith(LINES)) throw new Error();
    for await (const line of lines(answer.body)) {
      if ("to" in line) to = line.to;
      else {
        bar.value = Math.round(line.done * 100);
        said.textContent = `${bar.value} %`;
      }
    }
  } catch {
    to = "";
  }
  if (to) {
    const address = new URL(to, location.href);
    if (address.origin !== location.origin) return;
    if (address.pathname + address.search === location.pathname + location.search) {
      location.hash = address.hash;
      location.reload();
    } else location.assign(address);
    return;
  }
  for (const button of form.querySelectorAll(".actions button")) button.removeAttribute("aria-disabled");
  bar.value = 0;
  said.textContent = form.dataset.failed;
}

/** @param {ReadableStream<Uint8Array>} body */
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const whole = (rest + value).split("\n");
    rest = whole.pop();
    for (const line of whole) yield JSON.parse(line);
  }
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-make]"))) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.querySelector("[aria-disabled=true]")) return;
    make(form);
  });
}
