"""The only door between sealed and open."""
