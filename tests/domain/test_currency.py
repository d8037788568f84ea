import pytest

from leadkeep.domain.currency import read_currency
from leadkeep.domain.errors import InvalidError


@pytest.mark.parametrize("text", ["EUR", "eur", " Eur "])
def test_a_code_is_upper_case(text: str) -> None:
    assert read_currency(text, "currency") == "EUR"


@pytest.mark.parametrize("code", ["USD", "GBP", "CHF", "JPY", "XOF", "INR", "BRL", "ZAR"])
def test_money_in_use_is_a_currency(code: str) -> None:
    assert read_currency(code, "currency") == code


@pytest.mark.parametrize(
    "text", ["", "EURO", "EU", "€", "ABC", "DEM", "XXX", "XTS", "XAU", "BTC", "E\0R", "ＥＵＲ"]
)
def test_what_nobody_pays_with_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="price must be") as refused:
        read_currency(text, "price")
    assert refused.value.field == "price"
