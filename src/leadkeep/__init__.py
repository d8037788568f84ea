"""Leadkeep keeps every lead a chatbot captures."""

__version__ = "0.1.0"
