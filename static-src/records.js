// What this tab remembers of files that are under way: ids and a digest, never a name. It ends with the tab, or by Leave.

const KEY = "sending";

/** @typedef {{ incident: string, exhibit: string, file: string, parts: number, copyOf?: string }} Kept */

/** @returns {Kept[]} */
function all() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  } catch {
    return []; // no storage here, or not ours
  }
}

/** @param {Kept[]} kept */
function write(kept) {
  try {
    if (kept.length > 0) sessionStorage.setItem(KEY, JSON.stringify(kept));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Without storage a reload begins the file anew.
  }
}

/** @param {string} incident */
export const keptOf = (incident) => all().filter((one) => one.incident === incident);

/** @param {Kept} record */
export const keep = (record) => write([...all().filter((one) => one.exhibit !== record.exhibit), record]);

/** @param {string} exhibit */
export const drop = (exhibit) => write(all().filter((one) => one.exhibit !== exhibit));
