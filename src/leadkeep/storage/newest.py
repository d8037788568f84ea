"""What leads say together: the newest non-empty value of each field."""

from typing import Any

import sqlalchemy as sa

from leadkeep.storage.schema import leads


def newest(mine: sa.ColumnElement[bool]) -> dict[str, sa.ScalarSelect[Any]]:
    """Name, e-mail address and phone number of the leads that fit; the number in E.164 where it parses."""
    phone = sa.func.coalesce(leads.c.phone_e164, leads.c.phone)
    return {
        name: sa.select(column)
        .where(mine, column != "")
        .order_by(leads.c.created_at.desc(), leads.c.id.desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
        for name, column in (("name", leads.c.name), ("email", leads.c.email), ("phone", phone))
    }
