"""What a witness is asked, declared once for every page, card and file."""
