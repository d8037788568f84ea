"""Tallies of leads and sessions, and indexes that hold what is counted.

Charts of a year count a million rows. The database keeps the tallies itself, by triggers.
"""

import sqlalchemy as sa
from alembic import op

from leadkeep.storage import postgresql, sqlite
from leadkeep.storage.types import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    engine = sqlite if op.get_bind().dialect.name == "sqlite" else postgresql
    op.create_table(
        "tallies",
        sa.Column("at", Moment, nullable=False),
        sa.Column("part", sa.BigInteger, nullable=False),
        sa.Column("leads", sa.BigInteger, nullable=False),
        sa.Column("sessions", sa.BigInteger, nullable=False),
        sa.Column("converted", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("at", "part", name="pk_tallies"),
        sqlite_with_rowid=False,
    )
    for statement in (_filled(engine.quarter_of("created_at")), *engine.TALLYING):
        op.get_bind().exec_driver_sql(statement)
    _reindex("ix_sessions_bot_id_created_at", "sessions", ["bot_id", "created_at", "id", "lead_at"])
    _reindex("ix_sessions_created_at", "sessions", ["created_at", "id", "bot_id", "lead_at", "country"])
    _reindex(
        "ix_handovers_requested_at", "handovers", ["requested_at", "bot_id", "claimed_at", "answered_at"]
    )


def _filled(quarter: str) -> str:
    return f"""
        INSERT INTO tallies (at, part, leads, sessions, converted)
        SELECT at, 0, sum(leads), sum(sessions), sum(converted) FROM (
            SELECT {quarter} AS at, 1 AS leads, 0 AS sessions, 0 AS converted FROM leads
            UNION ALL
            SELECT {quarter}, 0, 1, CASE WHEN lead_at IS NULL THEN 0 ELSE 1 END FROM sessions
        ) AS stored
        GROUP BY at"""  # noqa: S608 - words of ours


def _reindex(name: str, table: str, columns: list[str]) -> None:
    op.drop_index(name, table)
    op.create_index(name, table, columns)
