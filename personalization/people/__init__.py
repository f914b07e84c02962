"""Who they are: what a person told us about their taste; profiles and segments build on it."""
