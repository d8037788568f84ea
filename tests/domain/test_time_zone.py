import pytest

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.time_zone import check_time_zone


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+12"])
def test_a_zone_is_known_by_its_name(name: str) -> None:
    assert check_time_zone(name, "zone").key == name


@pytest.mark.parametrize(
    "name",
    ["", "Europe", "europe/berlin", "right/UTC", "posixrules", "../etc/passwd", "/etc/localtime", "\0"],
)
def test_nothing_else_is_a_zone(name: str) -> None:
    with pytest.raises(InvalidError) as refused:
        check_time_zone(name, "zone")
    assert refused.value.field == "zone"
