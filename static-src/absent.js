// Stands in for what age can do and we never ask of it: passphrases, other curves, hybrid keys. Saves two thirds of the
// worker's size.

const absent = () => {
  throw new Error("not in this build");
};

export const scrypt = absent;
export const p256 = undefined;
export const MLKEM768P256 = undefined;
export const MLKEM768X25519 = undefined;
