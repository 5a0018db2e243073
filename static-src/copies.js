// A second picture without what the first tells of its place: its pixels alone, drawn and written anew.

const MOST_PIXELS = 16_000_000; // what a phone's canvas takes
const QUALITY = 0.92;
const NEAR = 8; // some browsers change each pixel a little, others hand out noise instead of a picture

/** Whether this browser can draw a picture anew. @param {File} file */
export async function canCopy(file) {
  try {
    (await createImageBitmap(file)).close();
    return canvasIsTrue();
  } catch {
    return false; // a clip, or a picture of a kind that it does not know
  }
}

/**
 * @param {File} file
 * @param {string} name of the copy
 * @returns {Promise<File | null>} null where this browser cannot draw it
 */
export async function placeless(file, name) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (picture.width * picture.height)));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const bytes = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return bytes && new File([bytes], name, { type: "image/jpeg" });
  } catch {
    return null;
  }
}

/** Whether a canvas gives back what was drawn: Tor Browser's gives noise. */
function canvasIsTrue() {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "rgb(11, 92, 90)";
  pen.fillRect(0, 0, 8, 8);
  const { data } = pen.getImageData(0, 0, 8, 8);
  return data.every((value, n) => Math.abs(value - [11, 92, 90, 255][n % 4]) <= NEAR);
}
