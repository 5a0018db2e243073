// Send one file: its beginning, each part, and at the end the manifest that makes a whole of them.

import { ask, Stopped } from "./asking.js";

const ANEW = 3; // how often a part that arrived broken is sealed anew, and what is missing is sent again
/** @param {{ status: number, said: any }} answer */
function why({ status, said }) {
  if (status === 404 || status === 410) return "gone";
  if (status !== 413) return "line";
  return said.error === "file" ? "large" : said.error === "files" ? "many" : "room";
}

/**
 * @typedef {object} Sending
 * @property {File} file
 * @property {string} id of the exhibit that it becomes
 * @property {boolean} begun whether the server may know of it
 * @property {string} [copyOf] the id of the exhibit that this is a copy of
 * @property {AbortSignal} signal
 * @property {(state: "locking" | "sending" | "offline", part?: number) => void} tell
 * @property {(bytes: number) => void} heard how many bytes of the file have gone out
 * @property {() => void} keep write down that the server knows of it
 */

/**
 * @param {{ incident: string, recipient: string, token: string, partBytes: number }} to
 * @param {(op: string, values: object) => Promise<any>} worker
 * @param {Sending} sending
 */
export async function send(to, worker, sending) {
  const { file, signal } = sending;
  const address = `/report/incidents/${to.incident}/exhibits/${sending.id}`;
  const parts = Math.ceil(file.size / to.partBytes);
  const cut = (n) => ({ file, start: (n - 1) * to.partBytes, end: Math.min(n * to.partBytes, file.size) });
  let told;
  const waits = (online) => (online ? sending.tell(...told) : sending.tell("offline"));
  const tell = (...what) => sending.tell(...(told = what));
  const question = (method, path, more) => ask({ method, path: address + path, token: to.token, signal, waits, ...more });
  /** @type {[string, string, number, number][]} what the manifest keeps of each part */
  const entries = [];

  const held = sending.begun ? await state() : {};
  if (held === null) return;
  if (!sending.begun) {
    tell("locking", 1);
    await begin();
  }
  for (let n = 1; n <= parts; n += 1) await (held[n] ? recall(n) : deliver(n));
  await finish();

  /** Name the file to the server: sealed, so that it learns no name. */
  async function begin() {
    const about = { name: file.name, type: file.type, size: file.size, modified: file.lastModified };
    if (sending.copyOf) about.copy_of = sending.copyOf;
    const text = JSON.stringify({ ...about, first_sha256: await worker("hash", cut(1)) });
    const parcel = await worker("text", { text, to: to.recipient });
    const answer = await question("PUT", "", { parcel, headers: { "Testigo-Parts": String(parts) } });
    if (![200, 201, 409].includes(answer.status)) throw new Stopped(why(answer));
    sending.keep();
  }

  /** Write down a part that arrived before. */
  async function recall(n) {
    tell("locking", n);
    const { start, end } = cut(n);
    entries[n] = [await worker("hash", cut(n)), held[n][0], end - start, held[n][1]];
    sending.heard(end);
  }

  /** Seal a part and send it, anew if it came out broken. */
  async function deliver(n) {
    for (let times = 0; times < ANEW; times += 1) {
      tell("locking", n);
      const { start } = cut(n);
      const parcel = await worker("part", { ...cut(n), to: to.recipient });
      tell("sending", n);
      const heard = (bytes) => sending.heard(start + Math.min(bytes, parcel.entry[2]));
      const answer = await question("PUT", `/parts/${n}`, { parcel, heard });
      const { status, said } = answer;
      if (status === 200 || status === 201 || (status === 409 && said.sha256)) {
        // The first that arrived stays: another tab may have been faster.
        const [plain, sealed, length, sealedLength] = parcel.entry;
        const stays = status === 409 ? [said.sha256, said.bytes] : [sealed, sealedLength];
        entries[n] = [plain, stays[0], length, stays[1]];
        sending.heard(cut(n).end);
        return;
      }
      if (status !== 422) throw new Stopped(why(answer));
    }
    throw new Stopped("damaged");
  }

  /** Say that all is there, and send what is not. */
  async function finish() {
    for (let times = 0; times < ANEW; times += 1) {
      const whole = { sha256: null, sha512: null, crc32: null }; // taken when it is first opened
      const about = { name: file.name, type: file.type, modified: file.lastModified, size: file.size };
      if (sending.copyOf) about.copy_of = sending.copyOf;
      const text = JSON.stringify({ manifest: 1, ...about, parts: entries.slice(1), ...whole });
      const parcel = await worker("text", { text, to: to.recipient });
      const answer = await question("POST", "/finish", { parcel });
      const { status, said } = answer;
      if (status === 200 || status === 201 || said.error === "finished") return;
      if (status !== 409 || !said.missing) throw new Stopped(why(answer));
      for (const n of said.missing) await deliver(n);
    }
    throw new Stopped("line");
  }

  /** What the server holds, hash and length by part; null where it has made a whole of it. */
  async function state() {
    const answer = await question("GET", "");
    if (answer.status === 404) throw new Stopped("unknown");
    if (answer.status !== 200) throw new Stopped(why(answer));
    const { state: now, held, bytes } = answer.said;
    if (now !== "open") return null;
    return Object.fromEntries(Object.entries(held).map(([n, sha256]) => [n, [sha256, bytes[n]]]));
  }
}
