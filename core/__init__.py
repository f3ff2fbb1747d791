"""The kernel both processes agree on, and the web's composition root (urls, wsgi, asgi)."""
