"""Hand a case over: a bag that a doubter can check alone."""
