"""Views of the API: one class per address. Every write ends in intake."""
