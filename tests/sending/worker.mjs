// node worker.mjs BUNDLE: the worker as a browser runs it, asked over lines of JSON: {op, ...} → {result} or {error}.
// A file goes in as its path and a Blob comes out as base64.

import { openAsBlob, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { runInThisContext } from "node:vm";
import { Decrypter } from "age-encryption";

let hear;
let answered;
globalThis.addEventListener = (_name, listener) => (hear = listener);
globalThis.postMessage = (answer) => answered(answer);
if (process.env.WITHOUT_SUBTLE) Object.defineProperty(globalThis.crypto, "subtle", { value: undefined });
runInThisContext(readFileSync(process.argv[2], "utf8"));

/** Open with the whole library what others sealed. */
async function open({ sealed, identity }) {
  const age = new Decrypter();
  age.addIdentity(identity);
  return Buffer.from(await age.decrypt(Buffer.from(sealed, "base64"))).toString("base64");
}

async function ask({ op, file, ...rest }) {
  if (op === "open") return { result: await open(rest) };
  const answer = new Promise((resolve) => (answered = resolve));
  hear({ data: { id: 1, op, ...(file && { file: await openAsBlob(file) }), ...rest } });
  const { result, error } = await answer;
  if (result?.sealed) result.sealed = Buffer.from(await result.sealed.arrayBuffer()).toString("base64");
  return { result, error };
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = await ask(JSON.parse(line)).catch((error) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
