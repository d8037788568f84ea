"""Indexes of leads that hold what is often asked for together, and names that both engines sort alike."""

import sqlalchemy as sa
from alembic import op

from leadkeep.storage.types import ByteText

revision = "0006"
down_revision = "0005"


_INDEXES = {
    "ix_leads_bot_id_created_at": ["bot_id", "created_at", "id", "status", "owner"],
    "ix_leads_created_at": ["created_at", "id", "bot_id"],
    "ix_leads_changed_at": ["changed_at", "id", "bot_id"],
    "ix_leads_name_key": ["name_key", "id", "bot_id"],
    "ix_leads_status": ["status", "created_at", "id", "bot_id", "owner"],
}


def upgrade() -> None:
    for name in (*_INDEXES, "ix_leads_owner"):
        op.drop_index(name, "leads")
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("leads", "name_key", type_=ByteText)
    for name, columns in _INDEXES.items():
        op.create_index(name, "leads", columns)
    owned = sa.text("owner IS NOT NULL")
    columns = ["owner", "created_at", "id", "bot_id", "status"]
    op.create_index("ix_leads_owner", "leads", columns, sqlite_where=owned, postgresql_where=owned)
