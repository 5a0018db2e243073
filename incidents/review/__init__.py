"""Read, judge and sort what was filed: seated members only."""
