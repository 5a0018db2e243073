// Say how far a covered copy is while it is made. Without this file the browser waits for the page.

/** @type {HTMLFormElement} */
const form = document.querySelector("form[data-covered]");
const shown = form.querySelector("[data-burning]");
const bar = shown.querySelector("progress");
const trouble = form.querySelector("[data-trouble]");
const button = form.querySelector("[data-cut]");
let stop = null;

/**
 * Yield what the server says, a line at a time.
 * @param {Response} answer
 * @returns {AsyncGenerator<{ done?: number, to?: string, problem?: string }>}
 */
async function* lines(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const whole = (held + value).split("\n");
    held = whole.pop();
    for (const line of whole) yield JSON.parse(line);
  }
}

/** Show why there is no copy; the boxes stay. */
function say(sentence) {
  shown.hidden = true;
  button.disabled = false;
  trouble.textContent = sentence;
  trouble.hidden = false;
}

/** @param {FormData} data */
async function burn(data) {
  stop = new AbortController();
  const headers = { Accept: "application/x-ndjson" };
  const answer = await fetch(location.href, { method: "POST", body: new URLSearchParams(data), headers, signal: stop.signal });
  if (!answer.headers.get("Content-Type")?.startsWith("application/x-ndjson")) return form.submit(); // a page: let it be shown
  for await (const line of lines(answer)) {
    if (line.done !== undefined) bar.value = line.done;
    if (line.problem) return say(line.problem);
    if (line.to) return location.assign(line.to);
  }
  say(button.dataset.cut);
}

form.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.submitter?.name === "more") return;
  event.preventDefault();
  trouble.hidden = true;
  shown.hidden = false;
  button.disabled = true;
  burn(new FormData(form)).catch(() => say(button.dataset.cut));
});
addEventListener("pagehide", () => stop?.abort());
