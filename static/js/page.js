// Every page: leave fast, close a menu, put the focus on what went wrong. Each page works without this file.

/** @type {HTMLAnchorElement | null} */
const exit = document.querySelector("[data-exit]");
/** @type {HTMLElement | null} */
const presses = document.querySelector("[data-presses]");
const needed = 3;
const within = 5000; // milliseconds
const apart = 3000; // milliseconds
let pressed = 0;
let alone = false; // Shift came down by itself, not to write a capital letter
let forgetting = 0;

/** Blank the page, end the visit, and go where the button goes. */
function leave() {
  const address = exit.dataset.exit || exit.href;
  document.documentElement.replaceChildren(); // blank at once: the next page may be slow
  forgetFiles();
  navigator.sendBeacon(exit.href);
  location.replace(address);
}

/** Drop which files were under way. */
function forgetFiles() {
  try {
    sessionStorage.clear();
  } catch {
    // This browser stores nothing.
  }
}

/** Begin counting the presses again. */
function forget() {
  pressed = 0;
  presses.textContent = "";
}

if (exit && presses) {
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  addEventListener("keydown", (event) => {
    alone = event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!alone) forget();
  });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    pressed += 1;
    if (pressed === needed) return leave();
    clearTimeout(forgetting);
    forgetting = setTimeout(forget, within);
    presses.textContent = pressed === 1 ? presses.dataset.two : presses.dataset.one;
  });
  // The hint is for people who have such a key.
  if (matchMedia("(any-hover: hover)").matches) document.querySelector("[data-keys]").hidden = false;
}

// A page that the browser kept for "back" may show what was left on purpose: ask for it anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

for (const menu of document.querySelectorAll("details.menu")) {
  addEventListener("click", (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

document.querySelector("[data-focus]")?.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Two presses are one: a second one right behind would send a second report, or make a second packet.
for (const form of document.querySelectorAll("form[data-once]")) {
  let last = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return; // only another language
    if (event.timeStamp - last < apart) event.preventDefault();
    else last = event.timeStamp;
  });
}

// Long work that is done a little at a time goes on by itself while its page is open.
document.querySelector("form[data-again]")?.requestSubmit();
