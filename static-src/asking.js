// Ask the server, and ask again when the line breaks. What it says is a number and a short code; the page has the words.

const AGAIN = [400, 408, 429]; // cut off on the way, too slow, too many at once
const TRIES = 8;
const FIRST_WAIT = 400; // milliseconds, doubled each time
const LONGEST_WAIT = 30_000;
const SILENCE = 300_000; // one part at the slowest line that is still of use

/** Why a file goes no further: the page has a sentence for each. */
export class Stopped extends Error {
  /** @param {string} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/**
 * @typedef {object} Question
 * @property {string} method
 * @property {string} path
 * @property {string} token
 * @property {AbortSignal} signal
 * @property {{ sealed: Blob, sha256: string }} [parcel]
 * @property {Record<string, string>} [headers]
 * @property {(bytes: number) => void} [heard] how much of the body has gone out
 * @property {(online: boolean) => void} [waits]
 */

/**
 * @param {Question} question
 * @returns {Promise<{ status: number, said: any }>} once the server has made up its mind
 */
export async function ask(question) {
  for (let tries = 0; ; tries += 1) {
    const answer = await once(question);
    if (answer.status && answer.status < 500 && !AGAIN.includes(answer.status)) return answer;
    if (!navigator.onLine) {
      question.waits?.(false);
      await until(window, "online", question.signal);
      question.waits?.(true);
      tries = -1;
      continue;
    }
    if (tries === TRIES) throw new Stopped(answer.status === 507 ? "full" : "line");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries) * (0.5 + Math.random());
    await pause(answer.after ? answer.after * 1000 : wait, question.signal);
  }
}

/**
 * Not fetch: that tells nothing of a body that is under way.
 * @param {Question} question
 * @returns {Promise<{ status: number, said: any, after: number }>} status 0 where the line broke
 */
function once({ method, path, token, signal, parcel, headers = {}, heard }) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const end = (status) => {
      signal.removeEventListener("abort", stop);
      if (signal.aborted) return reject(signal.reason);
      resolve({ status, said: read(request.responseText), after: Number(request.getResponseHeader("Retry-After")) || 0 });
    };
    request.open(method, path);
    request.timeout = SILENCE;
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (parcel) {
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.setRequestHeader("Content-Digest", `sha-256=:${base64(parcel.sha256)}:`);
    }
    if (heard) request.upload.addEventListener("progress", (event) => heard(event.loaded));
    for (const [name, status] of [["load", () => request.status], ["error", () => 0], ["timeout", () => 0], ["abort", () => 0]]) {
      request.addEventListener(name, () => end(status()));
    }
    signal.addEventListener("abort", stop);
    request.send(parcel?.sealed);
  });
}

/** @param {string} text */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** @param {string} hex */
const base64 = (hex) => btoa(String.fromCharCode(...hex.match(/../g).map((pair) => Number.parseInt(pair, 16))));

/** @param {number} milliseconds @param {AbortSignal} signal */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    window.addEventListener("online", resolve, { once: true }); // no reason to wait on
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}

/** @param {EventTarget} target @param {string} event @param {AbortSignal} signal */
function until(target, event, signal) {
  return new Promise((resolve, reject) => {
    target.addEventListener(event, resolve, { once: true });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
