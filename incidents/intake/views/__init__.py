"""What a witness sees: file, add, come back with a receipt, take it back."""
