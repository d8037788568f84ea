"""The way of events to their endpoints: a process of its own beside each server."""
