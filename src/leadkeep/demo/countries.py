"""Where visitors come from, and what they are called there."""

from functools import cache
from typing import NamedTuple

from faker import Faker

from leadkeep.domain.words import sort_key

_POOL = 150
"""Names of each kind that are drawn from Faker, which is slow, once; visitors combine them."""


class Country(NamedTuple):
    """`region` is its ISO 3166 code, `faker` the locale that knows its names, `locale` what browsers say.

    `name` puts a given name and a family name together as people there do.
    """

    region: str
    faker: str
    locale: str
    currency: str
    name: str = "{given} {family}"

    @property
    def language(self) -> str:
        return self.locale.partition("-")[0]


class Names(NamedTuple):
    """Given and family names that go together: some languages' family names have a gender."""

    given: tuple[str, ...]
    family: tuple[str, ...]


_ALL = (
    Country("AR", "es_AR", "es-AR", "ARS"),
    Country("AT", "de_AT", "de-AT", "EUR"),
    Country("AU", "en_AU", "en-AU", "AUD"),
    Country("BE", "nl_BE", "nl-BE", "EUR"),
    Country("BR", "pt_BR", "pt-BR", "BRL"),
    Country("CA", "en_CA", "en-CA", "CAD"),
    Country("CH", "de_CH", "de-CH", "CHF"),
    Country("CL", "es_CL", "es-CL", "CLP"),
    Country("CN", "zh_CN", "zh-CN", "CNY", "{family}{given}"),
    Country("CO", "es_CO", "es-CO", "COP"),
    Country("CZ", "cs_CZ", "cs-CZ", "CZK"),
    Country("DE", "de_DE", "de-DE", "EUR"),
    Country("DK", "da_DK", "da-DK", "DKK"),
    Country("ES", "es_ES", "es-ES", "EUR"),
    Country("FI", "fi_FI", "fi-FI", "EUR"),
    Country("FR", "fr_FR", "fr-FR", "EUR"),
    Country("GB", "en_GB", "en-GB", "GBP"),
    Country("GR", "el_GR", "el-GR", "EUR"),
    Country("HU", "hu_HU", "hu-HU", "HUF", "{family} {given}"),
    Country("ID", "id_ID", "id-ID", "IDR"),
    Country("IL", "he_IL", "he-IL", "ILS"),
    Country("IN", "hi_IN", "hi-IN", "INR"),
    Country("IT", "it_IT", "it-IT", "EUR"),
    Country("JP", "ja_JP", "ja-JP", "JPY", "{family} {given}"),
    Country("KE", "en_KE", "en-KE", "KES"),
    Country("KR", "ko_KR", "ko-KR", "KRW", "{family}{given}"),
    Country("MX", "es_MX", "es-MX", "MXN"),
    Country("NG", "en_NG", "en-NG", "NGN"),
    Country("NL", "nl_NL", "nl-NL", "EUR"),
    Country("NO", "no_NO", "nb-NO", "NOK"),
    Country("PL", "pl_PL", "pl-PL", "PLN"),
    Country("PT", "pt_PT", "pt-PT", "EUR"),
    Country("SA", "ar_SA", "ar-SA", "SAR"),
    Country("SE", "sv_SE", "sv-SE", "SEK"),
    Country("TR", "tr_TR", "tr-TR", "TRY"),
    Country("TW", "zh_TW", "zh-TW", "TWD", "{family}{given}"),
    Country("UA", "uk_UA", "uk-UA", "UAH"),
    Country("US", "en_US", "en-US", "USD"),
)
COUNTRIES = {country.region: country for country in _ALL}


@cache
def names_of(country: Country) -> tuple[Names, Names]:
    """Women's and men's."""
    # All that Faker knows but names would take seconds to load.
    faker = Faker(country.faker, providers=["faker.providers.person"])
    faker.seed_instance(country.region)
    return (
        Names(
            tuple(faker.first_name_female() for _ in range(_POOL)),
            tuple(faker.last_name_female() for _ in range(_POOL)),
        ),
        Names(
            tuple(faker.first_name_male() for _ in range(_POOL)),
            tuple(faker.last_name_male() for _ in range(_POOL)),
        ),
    )


@cache
def handle_of(name: str) -> str | None:
    """The name as part of an e-mail address; None in scripts whose people would not write it in one."""
    plain = sort_key(name).replace(" ", "")
    return plain if plain.isascii() else None
