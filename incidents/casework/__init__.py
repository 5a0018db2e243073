"""What a lawyer asks across incidents: pure functions over cards and records."""
