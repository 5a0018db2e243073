// Whom a part is sealed to: age's X25519 recipient on a library, never on the browser's own key exchange. That one is
// missing outside secure contexts, and WebKitGTK refuses one private key in some two hundred.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, randomBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { base64nopad, bech32 } from "@scure/base";
import { Stanza } from "age-encryption";

const INFO = utf8ToBytes("age-encryption.org/v1/X25519");
const FIRST = new Uint8Array(12); // the nonce of a key that is used once

/** One `age1…` recipient, as age-encryption's Encrypter takes one. */
export class Recipient {
  /** @param {string} text such as `age1…`; throws where it is none */
  constructor(text) {
    const { prefix, bytes } = bech32.decodeToBytes(text);
    if (prefix !== "age" || bytes.length !== 32) throw new Error("not a recipient");
    this.key = bytes;
  }

  /**
   * @param {Uint8Array} fileKey
   * @returns {Stanza[]}
   */
  wrapFileKey(fileKey) {
    const once = randomBytes(32);
    const share = x25519.getPublicKey(once);
    const secret = x25519.getSharedSecret(once, this.key); // throws for a key that leads to nothing but zeros
    const wrapping = hkdf(sha256, secret, concatBytes(share, this.key), INFO, 32);
    return [new Stanza(["X25519", base64nopad.encode(share)], chacha20poly1305(wrapping, FIRST).encrypt(fileKey))];
  }
}
