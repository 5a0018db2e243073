"""An incident's way from a witness to a lawyer."""
