"""The console: the web pages that people work in. Server-rendered, and live where something happens."""

from leadkeep.console.face import create_console

__all__ = ["create_console"]
