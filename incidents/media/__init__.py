"""Work on files: bytes in, bytes out, no key, no table, no Django."""
