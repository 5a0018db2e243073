"""Who touched what, when; and proof that nothing changed since."""
