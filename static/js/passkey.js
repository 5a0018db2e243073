// Make a passkey, or answer with one: between what the page asks, the browser's dialog, and the page's form.
// Without this file the page offers codes instead.

/** @typedef {{ type: string, id: string }} Named */

/** @type {{ publicKey: any }} */
const { publicKey: asked } = JSON.parse(document.getElementById("passkey-options").textContent);

/**
 * @param {string} text base64url
 * @returns {Uint8Array}
 */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {string} base64url
 */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {Named[]} [list] */
const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

/**
 * What extensions gave stays here: the result of one of them (PRF) is a key.
 * @param {PublicKeyCredential} made
 * @param {string[]} parts of the answer that the site needs
 */
function bare(made, parts) {
  const response = Object.fromEntries(parts.map((part) => [part, made.response[part] && text(made.response[part])]));
  return { type: made.type, id: made.id, rawId: text(made.rawId), response, clientExtensionResults: {} };
}

/** Make one. */
async function create() {
  const user = { ...asked.user, id: bytes(asked.user.id) };
  const publicKey = { ...asked, challenge: bytes(asked.challenge), user, excludeCredentials: named(asked.excludeCredentials) };
  return bare(await navigator.credentials.create({ publicKey }), ["attestationObject", "clientDataJSON"]);
}

/** Answer with one. */
async function get() {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) };
  return bare(await navigator.credentials.get({ publicKey }), ["authenticatorData", "clientDataJSON", "signature", "userHandle"]);
}

/** @type {HTMLFormElement} */
const form = document.querySelector("form[data-passkey]");
const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("credential"));

if (window.PublicKeyCredential) {
  form.querySelector("[data-scripted]").hidden = false;
  form.querySelector("[data-unscripted]").hidden = true;
}

form.addEventListener("submit", async (event) => {
  if (field.value) return;
  event.preventDefault();
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    field.value = JSON.stringify(await (form.dataset.passkey === "create" ? create() : get()));
  } catch {
    failed.hidden = false; // closed, refused, or too slow: the browser does not say which
    return;
  }
  form.requestSubmit();
});
