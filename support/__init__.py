"""The domain of support and its faces: pages, API, sockets."""
