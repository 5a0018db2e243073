// How fast a line is just now, and how long the rest takes.

const WINDOW = 15_000; // milliseconds: long enough for a line that comes and goes

export class Speed {
  constructor() {
    /** @type {[number, number][]} when, and how many bytes had gone out by then */
    this.seen = [];
  }

  /** @param {number} bytes so far @param {number} now */
  note(bytes, now = performance.now()) {
    if (this.seen.length > 0 && bytes < this.seen.at(-1)[1]) this.seen = []; // a part begins again
    this.seen.push([now, bytes]);
    while (this.seen.length > 2 && now - this.seen[0][0] > WINDOW) this.seen.shift();
  }

  /** Bytes a second, or 0 while nobody can say. */
  get rate() {
    if (this.seen.length < 2) return 0;
    const [[began, first], [ended, last]] = [this.seen[0], this.seen.at(-1)];
    return ended - began < 500 ? 0 : ((last - first) / (ended - began)) * 1000;
  }
}
