"""Dates, times and numbers as somebody reads them: in their language and their time zone."""

import re
from copy import copy
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, parse_decimal
from babel.units import format_unit
from markupsafe import Markup

from leadkeep.actions import clock
from leadkeep.console.translations import Tongue

_NUMBER = re.compile(r"[0-9.,\u2019' \u00a0\u202f]{1,40}")


class Formats(NamedTuple):
    """`locale` is how they are written, `zone` whose clock times are shown by."""

    tongue: Tongue
    locale: Locale
    zone: ZoneInfo

    def day(self, moment: datetime) -> str:
        return format_date(moment.astimezone(self.zone), "medium", locale=self.locale)

    def moment(self, moment: datetime) -> str:
        return format_datetime(moment, "medium", tzinfo=self.zone, locale=self.locale)

    def clock(self, moment: datetime) -> str:
        return format_time(moment, "short", tzinfo=self.zone, locale=self.locale)

    def when(self, moment: datetime | None) -> Markup:
        """Short: the time where it is today, else the day; the whole as a title."""
        if moment is None:
            return Markup("–")
        local, today = moment.astimezone(self.zone), clock.now().astimezone(self.zone)
        if local.date() == today.date():
            shown = self.clock(moment)
        elif local.year == today.year:
            shown = format_skeleton("MMMd", local, locale=self.locale)
        else:
            shown = format_date(local, "medium", locale=self.locale)
        return self._time(moment, shown)

    def ago(self, moment: datetime | None) -> Markup:
        """How long ago it was."""
        if moment is None:
            return Markup("–")
        past = moment - clock.now()
        shown = format_timedelta(past, add_direction=True, locale=self.locale, threshold=1.2)
        return self._time(moment, shown)

    def lasted(self, seconds: float | None) -> str:
        """How long something took, roughly."""
        if seconds is None:
            return "–"
        return format_timedelta(seconds, format="narrow", locale=self.locale, threshold=1.2)  # type: ignore[arg-type]

    def number(self, value: float | None) -> str:
        return "–" if value is None else format_decimal(value, locale=self.locale)

    def size(self, count: int) -> str:
        """So many bytes, roughly."""
        for unit, limit in (("gigabyte", 10**9), ("megabyte", 10**6), ("kilobyte", 10**3)):
            if count >= limit:
                return format_unit(count / limit, unit, "short", "#,##0.#", locale=self.locale)
        return format_unit(count, "byte", "short", locale=self.locale)

    def share(self, value: float | None) -> str:
        return "–" if value is None else format_percent(value, "#,##0.0 %", locale=self.locale)

    def money(self, value: str | None, currency: str | None) -> str:
        if value is None or currency is None:
            return ""
        try:
            return format_currency(Decimal(value), currency, locale=self.locale)
        except InvalidOperation:
            return f"{value} {currency}"

    def amount(self, value: str | None) -> str:
        """A sum of money without its currency, to be read and typed."""
        if value is None:
            return ""
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        # Not a pattern of our own: digits are not grouped alike everywhere.
        pattern = copy(self.locale.decimal_formats[None])
        pattern.frac_prec = (0 if number == number.to_integral_value() else 2, 4)
        return str(pattern.apply(number, self.locale))

    def read_amount(self, text: str) -> str:
        """What was typed, as a program writes it; unchanged where it is no number."""
        if not _NUMBER.fullmatch(text):
            return text
        try:
            return f"{parse_decimal(text, self.locale, strict=True):f}"
        except ValueError:
            return text.replace(",", ".")

    def country(self, code: str) -> str:
        """By its name."""
        name: str = self.locale.territories.get(code, code)
        return name

    def _time(self, moment: datetime, shown: str) -> Markup:
        whole = self.moment(moment)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), whole, shown)
