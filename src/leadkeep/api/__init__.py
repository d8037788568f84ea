"""The three HTTP faces. None imports another; each reads a request, calls one action, writes its answer."""
