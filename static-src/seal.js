// The worker that seals: it cuts a part out of a file, seals it to the incident, and hashes both. Nothing leaves it in
// plain, and no file is ever held whole.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { Encrypter } from "age-encryption";

import { holdsPlace } from "./place.js";
import { Recipient } from "./recipient.js";

/** @param {Uint8Array} bytes */
async function digest(bytes) {
  // Missing outside a secure context, such as an onion address in some browsers.
  if (!globalThis.crypto.subtle) return bytesToHex(sha256(bytes));
  return bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** @param {Uint8Array} bytes @param {string} to */
async function seal(bytes, to) {
  const age = new Encrypter();
  age.addRecipient(new Recipient(to));
  return age.encrypt(bytes);
}

/** @param {Uint8Array} sealed a Blob, for a browser keeps an array it has sent until the page goes */
const parcel = async (sealed) => ({ sealed: new Blob([sealed]), sha256: await digest(sealed) });

/** @param {{ file: Blob, start: number, end: number }} cut */
const plain = async ({ file, start, end }) => new Uint8Array(await file.slice(start, end).arrayBuffer());

const operations = {
  /** Say that the worker is there. */
  ready: async () => true,

  /** Seal a text: a beginning, a manifest. */
  text: async ({ text, to }) => parcel(await seal(utf8ToBytes(text), to)),

  /** Seal one part of a file: the parcel, and what the manifest keeps of it. */
  part: async ({ to, ...cut }) => {
    const bytes = await plain(cut);
    const hash = await digest(bytes);
    const made = await parcel(await seal(bytes, to));
    return { ...made, entry: [hash, made.sha256, bytes.length, made.sealed.size] };
  },

  /** Hash one part as it lies in the file. */
  hash: async (cut) => digest(await plain(cut)),

  /** Make a mark to know a file again by. */
  mark: async ({ text }) => digest(utf8ToBytes(text)),

  /** Tell whether a file holds the place it was taken at. */
  place: async ({ file }) => holdsPlace(file),
};

addEventListener("message", async ({ data: { id, op, ...rest } }) => {
  try {
    postMessage({ id, result: await operations[op](rest) });
  } catch (error) {
    postMessage({ id, error: error?.name ?? "Error" });
  }
});
