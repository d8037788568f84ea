import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.locales import read_country, read_locale

tags = st.text("aAdDeEuUsSzZ09-_.;,*@", max_size=12) | st.text(max_size=20)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("de-DE", "de-DE"),
        ("EN-us", "en-US"),
        ("de_DE.UTF-8", "de-DE"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("en-KZ", "en-KZ"),
        ("es-419", "es-419"),
        ("iw", "he"),
        ("sh-RS", "sr-RS"),
        ("de-DE-u-co-phonebk", "de-DE"),
        ("en-GB,en;q=0.9", "en-GB"),
        ("en-XX", "en"),
        ("tlh", None),
        ("xx-YY", None),
        ("und", None),
        ("root", None),
        ("*", None),
        ("C", None),
        ("../../etc/passwd", None),
        ("", None),
        ("x" * 100_000, None),
    ],
)
def test_a_locale_is_its_language_with_script_and_territory(text: str, locale: str | None) -> None:
    assert read_locale(text) == locale


@given(tags)
def test_a_locale_is_read_from_any_text_and_stays_one(text: str) -> None:
    locale = read_locale(text)
    assert locale is None or read_locale(locale) == locale


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("DE", "DE"),
        (" gb ", "GB"),
        ("UK", "GB"),
        ("AQ", "AQ"),
        ("XX", None),
        ("T1", None),
        ("ZZ", None),
        ("EU", None),
        ("DEU", None),
        ("276", None),
        ("ß", None),
        ("", None),
    ],
)
def test_a_country_is_one_of_iso_3166(text: str, country: str | None) -> None:
    assert read_country(text) == country


@given(st.text(max_size=4))
def test_a_country_is_read_from_any_text_and_stays_one(text: str) -> None:
    country = read_country(text)
    assert country is None or read_country(country) == country
