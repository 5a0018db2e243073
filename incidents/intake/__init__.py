"""File a report: public, no account, nothing kept unsealed."""
