"""What a member sees of their own access: one file a page."""
