import pytest

from leadkeep.domain.errors import InvalidError
from leadkeep.storage.dialect import dialect_of, read_url


@pytest.mark.parametrize(
    ("text", "driver", "engine"),
    [
        ("sqlite:///leadkeep.db", "sqlite", "sqlite"),
        ("sqlite:////var/lib/leadkeep.db", "sqlite", "sqlite"),
        ("postgresql://u:p@h:5/d", "postgresql+psycopg", "postgresql"),
        ("postgres://u:p@h/d", "postgresql+psycopg", "postgresql"),
        ("postgresql+psycopg2://h/d", "postgresql+psycopg", "postgresql"),
    ],
)
def test_urls_as_operators_write_them_find_their_engine(text: str, driver: str, engine: str) -> None:
    url = read_url(text)
    assert (url.drivername, dialect_of(url).name) == (driver, engine)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "leadkeep.db",
        "mysql://u:hunter2@h/d",
        "sqlite://",
        "sqlite:///:memory:",
        "u:hunter2@h",
        "postgresql://u:hunter2@h:x/d",
    ],
)
def test_other_urls_are_refused_without_repeating_a_password(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_url(text)
    assert refused.value.field == "database"
    assert "hunter2" not in str(refused.value)
