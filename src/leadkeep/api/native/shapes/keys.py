"""Keys on the wire, and what a token grants."""

from typing import Annotated

from msgspec import Meta, Struct

from leadkeep.api.native.fields import KeyBots, KeyName, Moment, Permissions, Uuid
from leadkeep.domain.access import Permission


class KeyRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """A key to make."""

    name: KeyName
    permissions: Permissions
    bots: KeyBots | None = None
    expires_at: Moment | None = None


class KeyAnswer(Struct, kw_only=True):
    """A key. Its token is not kept; `hint` is how that begins."""

    id: Uuid
    name: KeyName
    hint: Annotated[str, Meta(examples=["lk_Zk3vQ1"])]
    permissions: list[Permission]
    bots: list[str] | None
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None


class NewKeyAnswer(KeyAnswer, kw_only=True):
    """A new key with its token, which is shown this once."""

    token: str


class KeyList(Struct, kw_only=True):
    """Every key that this token could have made itself, oldest first, the revoked ones too."""

    items: list[KeyAnswer]


class MeAnswer(Struct, kw_only=True):
    """What the token grants. `bots` null means all bots."""

    id: str
    name: str
    permissions: list[Permission]
    bots: list[str] | None
