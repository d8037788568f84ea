"""The Flowise face: `/api/v1/...`, as its published API documents it and its embedded widget uses it."""

from leadkeep.api.flowise.face import create_flowise_face

__all__ = ["create_flowise_face"]
