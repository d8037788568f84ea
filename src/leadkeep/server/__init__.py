"""The server around the application."""

from leadkeep.server.run import serve

__all__ = ["serve"]
