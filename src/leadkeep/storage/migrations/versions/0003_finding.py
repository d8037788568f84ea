"""Indexes of leads that hold what is often asked for together, and names that both engines sort alike."""

import sqlalchemy as sa
from alembic import op

from leadkeep.storage.types import ByteText

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_index("ix_leads_bot_id_created_at", "leads")
    op.create_index("ix_leads_bot_id_created_at", "leads", ["bot_id", "created_at", "id", "status", "owner"])
    op.drop_index("ix_leads_status", "leads")
    op.create_index("ix_leads_status", "leads", ["status", "created_at", "id", "bot_id", "owner"])
    op.drop_index("ix_leads_owner", "leads")
    owned = sa.text("owner IS NOT NULL")
    op.create_index(
        "ix_leads_owner",
        "leads",
        ["owner", "created_at", "id", "bot_id", "status"],
        sqlite_where=owned,
        postgresql_where=owned,
    )
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("leads", "name_key", type_=ByteText)
