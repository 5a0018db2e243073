"""Who may read: members, desks and the seats between them."""
