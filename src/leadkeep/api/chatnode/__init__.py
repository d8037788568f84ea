"""The ChatNode face: `/v1/...`, read-only."""

from leadkeep.api.chatnode.face import create_chatnode_face

__all__ = ["create_chatnode_face"]
