"""Words found nowhere else, and every form in which they could lie about."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

WORDS = {
    "story": "quetzalcoatlus-northropi",
    "name": "Ximenez-Zubizarreta",
    "badge": "QZ79133775",
    "file_name": "axolotl-foto-4471",
    "in_the_file": "pterodactyl-Guadalajara",
}


def forms_of(word):
    """Return a word raw, in UTF-16, in hex, and in base64 wherever it may begin."""
    for spelled in {word, word.lower(), word.upper()}:
        raw = spelled.encode()
        for found in (raw, spelled.encode("utf-16-le"), spelled.encode("utf-16-be")):
            yield found
            yield found.hex().encode()
            yield found.hex().upper().encode()
            for shift in range(3):
                text = b64encode(b"\0" * shift + found)
                yield text[4 if shift else 0 : len(text) - 4]


FORMS = {form: name for name, word in WORDS.items() for form in forms_of(word)}


def found_in(held):
    """Return which of the words lie in some bytes, in whatever form."""
    return {name for form, name in FORMS.items() if form in held}


def found_under(*folders):
    """Return which words lie in files below folders, or in their names."""
    found = {}
    for folder in folders:
        for path in Path(folder).rglob("*"):
            try:
                held = path.read_bytes() if path.is_file() else b""
            except FileNotFoundError:  # a file that came and went
                continue
            if names := found_in(held) | found_in(str(path.relative_to(folder)).encode()):
                found[str(path.relative_to(folder))] = names
    return found


class Watch:
    """Look into folders again and again while something else runs: what comes and goes there is seen, too."""

    def __init__(self, *folders):
        self.folders, self.seen, self.found = folders, set(), {}

    def look(self):
        self.found |= found_under(*self.folders)
        for folder in self.folders:
            self.seen |= {path for path in Path(folder).rglob("*") if path.is_file()}
