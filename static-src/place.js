// Whether a file tells where it was taken: EXIF and XMP in pictures, the location in a clip's header. Looked for by
// slices and by content; a "no" means that none was found, not that there is none.

const SLICE = 1 << 20;
const OVERLAP = 1 << 16; // as long as EXIF may be: it may lie across two slices
const PICTURE_LIMIT = 64 << 20;
const HEADER_LIMIT = 16 << 20;
const GPS_FOLDER = 0x8825;
const LATITUDE = 2;
const RATIONALS = [5, 10]; // some phones write them signed

const letters = (/** @type {string} */ text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const TIFF = [letters("II*\0"), letters("MM\0*")];
const IN_WORDS = ["GPSLatitude=", "GPSLatitude>", "location.ISO6709"].map(letters);
const IN_CLIPS = [letters("\xa9xyz"), letters("loci"), ...IN_WORDS];

/**
 * @param {Blob} file
 * @returns {Promise<boolean>}
 */
export async function holdsPlace(file) {
  const head = await read(file, 0, 16);
  if (at(head, letters("ftyp"), 4) && !at(head, letters("heic"), 8) && !isStill(head)) return inClip(file);
  if (at(head, letters("\x1aE\xdf\xa3"), 0)) return false; // Matroska and WebM: phones write none of ours into it
  return inPicture(file);
}

/** @param {Uint8Array} head */
const isStill = (head) => ["mif1", "heix", "msf1", "avif", "hevc"].some((brand) => at(head, letters(brand), 8));

/** @param {Blob} file */
async function inPicture(file) {
  const end = Math.min(file.size, PICTURE_LIMIT);
  for (let from = 0; from < end; from += SLICE) {
    const bytes = await read(file, from, Math.min(end, from + SLICE + OVERLAP));
    if (IN_WORDS.some((words) => find(bytes, words) >= 0) || TIFF.some((mark) => hasPlacedTiff(bytes, mark))) return true;
  }
  return false;
}

/** @param {Blob} file whose boxes name their own lengths */
async function inClip(file) {
  for (let from = 0; from + 8 <= file.size; ) {
    const head = new DataView((await read(file, from, from + 16)).buffer);
    let length = head.getUint32(0);
    if (length === 1 && head.byteLength === 16) length = Number(head.getBigUint64(8));
    if (length === 0) length = file.size - from;
    if (length < 8) return false;
    const type = head.getUint32(4);
    if (type === 0x6d6f6f76 || type === 0x6d657461 || type === 0x75646174) {
      // moov, meta, udta
      const bytes = await read(file, from, from + Math.min(length, HEADER_LIMIT));
      if (IN_CLIPS.some((words) => find(bytes, words) >= 0)) return true;
    }
    from += length;
  }
  return false;
}

/** @param {Uint8Array} bytes @param {Uint8Array} mark */
function hasPlacedTiff(bytes, mark) {
  for (let from = find(bytes, mark); from >= 0; from = find(bytes, mark, from + 1)) {
    if (latitudeIn(new DataView(bytes.buffer, bytes.byteOffset + from, bytes.length - from), mark[0] === 0x49)) return true;
  }
  return false;
}

/** @param {DataView} tiff @param {boolean} little */
function latitudeIn(tiff, little) {
  try {
    const folder = entry(tiff, tiff.getUint32(4, little), GPS_FOLDER, little);
    const value = folder && entry(tiff, folder.value, LATITUDE, little);
    if (!value || !RATIONALS.includes(value.type)) return false;
    return tiff.getUint32(value.value + 4, little) > 0; // nothing over nothing: a camera that did not know
  } catch {
    return false; // four bytes that only look like a beginning
  }
}

/** @param {DataView} tiff @param {number} folder @param {number} tag @param {boolean} little */
function entry(tiff, folder, tag, little) {
  const count = tiff.getUint16(folder, little);
  for (let n = 0; n < count; n += 1) {
    const from = folder + 2 + n * 12;
    if (tiff.getUint16(from, little) === tag) return { type: tiff.getUint16(from + 2, little), value: tiff.getUint32(from + 8, little) };
  }
  return null;
}

/** @param {Blob} file @param {number} from @param {number} to */
const read = async (file, from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer());

/** @param {Uint8Array} bytes @param {Uint8Array} words @param {number} place */
const at = (bytes, words, place) => words.every((letter, n) => bytes[place + n] === letter);

/** @param {Uint8Array} bytes @param {Uint8Array} words */
function find(bytes, words, from = 0) {
  for (let place = bytes.indexOf(words[0], from); place >= 0; place = bytes.indexOf(words[0], place + 1)) {
    if (at(bytes, words, place)) return place;
  }
  return -1;
}
