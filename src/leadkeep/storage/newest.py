"""What leads say together: the newest non-empty value of each field."""

from typing import Any

import sqlalchemy as sa

from leadkeep.storage.schema import leads


def newest(
    mine: sa.ColumnElement[bool],
    table: sa.FromClause = leads,
    outer: sa.FromClause | None = None,
) -> dict[str, sa.ScalarSelect[Any]]:
    """Name, e-mail address and phone number of the leads that fit; the number in E.164 where it parses.

    `table` is the leads by the name that `mine` knows them by, `outer` what else it asks of the row at hand.
    """
    phone = sa.func.coalesce(table.c.phone_e164, table.c.phone)
    return {
        name: sa.select(column)
        .where(mine, column != "")
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(1)
        .correlate(outer)
        .scalar_subquery()
        for name, column in (("name", table.c.name), ("email", table.c.email), ("phone", phone))
    }
