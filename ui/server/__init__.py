"""The web server and what it starts."""
