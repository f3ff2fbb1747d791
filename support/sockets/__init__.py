"""The sockets: what a browser says and hears live. `support.consumers` names the two consumers."""
