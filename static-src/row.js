// One file on the page: its name, how far it is, and what can be done with it. The words come with the page.

import { filled, number, size } from "./words.js";

/** What stands beside a file in each state: all that make sense there. */
const BUTTONS = {
  looking: [],
  waiting: ["remove"],
  queued: ["remove"],
  locking: ["pause", "remove"],
  sending: ["pause", "remove"],
  offline: ["pause", "remove"],
  paused: ["go", "remove"],
  stopped: ["again", "remove"],
  refused: ["remove"],
  pick: ["remove"],
  saved: [],
};
const MOVING = ["locking", "sending"];
const TAGS = { saved: "ok", stopped: "warn", refused: "warn", pick: "warn", offline: "warn" };

let made = 0;

export class Row {
  /**
   * @param {HTMLElement} list holds the template of a row, and the words
   * @param {Record<string, (row: Row) => void>} does by the name of a button
   */
  constructor(list, does) {
    this.list = list;
    this.element = list.querySelector("template").content.firstElementChild.cloneNode(true);
    made += 1;
    for (const part of this.element.querySelectorAll("[id], [for]")) {
      for (const name of ["id", "for"]) if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name) + made);
    }
    for (const [name, act] of Object.entries(does)) {
      this.part(name).addEventListener("click", () => act(this));
    }
    this.state = "looking";
    list.append(this.element);
  }

  /** @param {string} name */
  part(name) {
    return this.element.querySelector(`[data-${name}]`);
  }

  /** @param {string} name as the person knows the file; empty where only its mark is known */
  call(name, bytes = 0) {
    const known = name || this.list.dataset.unnamed;
    this.part("name").textContent = known;
    this.part("bar").setAttribute("aria-label", known);
    this.part("size").textContent = bytes ? size(bytes) : "";
    for (const button of this.element.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent.trim()}: ${known}`);
    }
  }

  /**
   * @param {string} state
   * @param {Record<string, string | number>} [values] what its sentence speaks of
   */
  show(state, { why = "", ...values } = {}) {
    const { dataset } = this.list;
    const words = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? number(value) : value]),
    );
    const goesOn = MOVING.includes(state) && MOVING.includes(this.state); // then its pace stands there
    this.state = state;
    this.element.dataset.state = state;
    const tag = this.part("tag");
    tag.textContent = filled(dataset[`${state}Tag`] ?? "", words);
    tag.className = `tag ${TAGS[state] ?? ""}`;
    if (!goesOn) this.say(filled(dataset[why ? `${why}Why` : `${state}Say`] ?? "", words));
    for (const name of ["pause", "go", "again", "remove"]) {
      this.part(name).hidden = !BUTTONS[state].includes(name);
    }
    this.part("bar").hidden = ![...MOVING, "offline", "paused"].includes(state);
    if (state !== "waiting") this.part("place").hidden = true;
  }

  /** @param {string} sentence */
  say(sentence) {
    this.part("say").textContent = sentence;
  }

  /** @param {number} share from 0 to 1 */
  fill(share) {
    this.part("bar").value = share;
  }

  /** Show that the file tells where it was taken, and where one can be made, offer a copy that does not. */
  tellPlace(canCopy) {
    this.part("place").hidden = false;
    this.part("offer").hidden = !canCopy;
  }

  get wantsCopy() {
    return this.part("copy").checked;
  }

  remove() {
    const next = this.element.nextElementSibling ?? this.element.previousElementSibling;
    this.element.remove();
    return next;
  }
}
