// node static-src/build.mjs [FOLDER]: bundle the worker and the page's script into static-made/, which git ignores.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = join(process.argv[2] ?? join(here, "..", "static-made"), "js");
const common = { bundle: true, minify: true, outdir, target: ["es2022", "safari15.4"], legalComments: "none", logLevel: "error" };
const unasked = ["@noble/post-quantum/hybrid.js", "@noble/curves/nist.js", "@noble/hashes/scrypt.js"];
const alias = Object.fromEntries(unasked.map((name) => [name, join(here, "absent.js")]));

await build({ ...common, entryPoints: [join(here, "seal.js")], format: "iife", alias });
await build({ ...common, entryPoints: [join(here, "upload.js")], format: "esm" });
