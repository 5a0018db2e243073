// Ask the worker that seals: one question, one answer. It is started when it is first needed.

import { Stopped } from "./asking.js";

/** @type {Worker} */
let worker;
/** @type {Map<number, (answer: { result?: any, error?: string }) => void>} */
const asked = new Map();
let last = 0;

/**
 * @param {string} address on this site
 * @returns {Promise<void>} fails where the worker does not come
 */
export async function startWorker(address) {
  const createScriptURL = (/** @type {string} */ url) => {
    if (url !== address) throw new TypeError("not our worker");
    return url;
  };
  const policy = globalThis.trustedTypes?.createPolicy("own-scripts", { createScriptURL });
  worker = new Worker(policy ? policy.createScriptURL(address) : address);
  worker.addEventListener("message", ({ data }) => {
    asked.get(data.id)?.(data);
    asked.delete(data.id);
  });
  worker.addEventListener("error", () => {
    for (const answer of asked.values()) answer({ error: "Error" });
    asked.clear();
  });
  await work("ready", {});
}

/**
 * @param {string} op @param {object} values
 * @returns {Promise<any>}
 */
export function work(op, values) {
  last += 1;
  const id = last;
  return new Promise((resolve, reject) => {
    // What goes wrong in there is a file that was moved, changed or taken away.
    asked.set(id, ({ result, error }) => (error ? reject(new Stopped("unreadable")) : resolve(result)));
    worker.postMessage({ id, op, ...values });
  });
}
