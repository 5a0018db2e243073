// Make a passkey, or use one: the browser's dialog, between the page's options and the page's form.
// Without this script the pages offer codes instead.

const options = JSON.parse(document.getElementById("passkey-options").textContent);

/** @param {string} text base64url @returns {Uint8Array} */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer @returns {string} base64url */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {Array<{id: string}>} [list] */
const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function create() {
  const asked = options.creation_options.publicKey;
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: withBytes(asked.excludeCredentials),
    },
  });
  const { attestationObject, clientDataJSON } = made.response;
  return { ...whole(made), response: { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON) } };
}

async function get() {
  const asked = options.request_options.publicKey;
  const used = await navigator.credentials.get({
    publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: withBytes(asked.allowCredentials) },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = used.response;
  return {
    ...whole(used),
    response: {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  };
}

// What extensions gave stays here: the result of one of them (PRF) is a key.
const whole = (made) => ({ type: made.type, id: made.id, rawId: text(made.rawId), clientExtensionResults: {} });

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button");
  button.hidden = !window.PublicKeyCredential;
  form.addEventListener("submit", async (event) => {
    if (form.dataset.made) return;
    event.preventDefault();
    form.querySelector("[data-failed]").hidden = true;
    try {
      const made = await (form.dataset.passkey === "create" ? create() : get());
      form.elements.namedItem("credential").value = JSON.stringify(made);
      form.dataset.made = "yes";
      form.requestSubmit();
    } catch {
      form.querySelector("[data-failed]").hidden = false;
    }
  });
}
