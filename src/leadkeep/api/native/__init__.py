"""The native face: everything Leadkeep can do, below `/api/v2`, with its documents and their reader."""

from leadkeep.api.native.face import create_native_face

__all__ = ["create_native_face"]
