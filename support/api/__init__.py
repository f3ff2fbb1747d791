"""The HTTP API: validate, ask permission, hand over to intake, show what is stored. It never writes a row."""
