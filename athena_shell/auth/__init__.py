"""Authentication: from a profile to credentials that renew themselves."""
