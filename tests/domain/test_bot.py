from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.bot import (
    MAX_NAME,
    MAX_ORIGINS,
    Bot,
    BotChange,
    FormChange,
    LeadForm,
    check_bot_id,
    check_origins,
    is_bot_id,
    require_bot_id,
    suggested_id,
)
from leadkeep.domain.errors import InvalidError, MalformedError, NotFoundError


def bot(*origins: str) -> Bot:
    return Bot(id="b", name="b", origins=origins, created_at=datetime(2026, 1, 1, tzinfo=UTC))


@given(st.text("abcXYZ019._:-/\n é", max_size=70) | st.text(max_size=70))
def test_an_id_is_1_to_64_of_a_few_characters(text: str) -> None:
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-")
    assert is_bot_id(text) == (1 <= len(text) <= 64 and set(text) <= allowed)


@pytest.mark.parametrize("text", ["", "a" * 65, "a b", "a\n", "a/b", "é"])
def test_a_bad_id_is_refused_in_the_callers_own_word_for_it(text: str) -> None:
    with pytest.raises(InvalidError, match="chatflowid must be 1 to 64") as refused:
        check_bot_id(text, "chatflowid")
    assert refused.value.field == "chatflowid"


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("Tea shop", "tea-shop"),
        ("Köln – Zum Löschen", "koeln-zum-loeschen"),
        ("Ko\u0308ln", "koeln"),
        ("STRASSE & Straße", "strasse-strasse"),
        ("Café São Paulo", "cafe-sao-paulo"),
        ("茶", ""),
    ],
)
def test_an_id_is_suggested_that_can_be_read(name: str, suggested: str) -> None:
    assert suggested_id(name) == suggested


@pytest.mark.parametrize("text", ["", "a b", "\0", "\udcff", "a" * 65])
def test_what_cannot_be_an_id_is_not_found(text: str) -> None:
    require_bot_id("a" * 64)
    with pytest.raises(NotFoundError):
        require_bot_id(text)


@given(
    st.lists(
        st.from_regex(r"https?://[A-Z][a-z0-9]{0,20}(\.[A-Za-z]{2,5})?(:[1-9][0-9]{0,3})?/?", fullmatch=True),
        max_size=9,
    )
)
def test_origins_are_stored_in_one_form_each_once(typed: list[str]) -> None:
    stored = check_origins(tuple(typed))
    assert len(stored) == len(set(stored)) <= len(typed)
    assert check_origins(stored) == check_origins(tuple(text.upper() for text in typed)) == stored


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("HTTPS://A.example/", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("http://a.example:443", "http://a.example:443"),
        ("https://a.example:65535", "https://a.example:65535"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("https://[2001:DB8:0:0::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_stored_as_browsers_send_it(typed: str, sent: str) -> None:
    assert check_origins((typed,)) == (sent,)


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "",
        "null",
        "example.com",
        "https://",
        "https://a.example/path",
        "ftp://a.example",
        "https://a b",
        "https://a.example:",
        "https://a.example:0",
        "https://a.example:99999",
        "https://a.example:１",
        "https://a..b",
        "https://-a.example",
        "https://" + "a" * 64 + ".example",
        "https://999.1.1.1",
        "https://[1]",
        "https://[1::2::3]",
        "https://[::1",
        "https://a@b.example",
        "https://a.example?",
        "https://a.\nexample",
        "https://\udcff",
    ],
)
def test_what_no_browser_sends_as_an_origin_is_refused(origin: str) -> None:
    with pytest.raises(InvalidError) as refused:
        check_origins(("https://fine.example", origin))
    assert refused.value.field == "origins"


def test_too_many_origins_are_refused() -> None:
    origins = tuple(f"https://{number}.example" for number in range(MAX_ORIGINS + 1))
    assert check_origins(origins[:-1]) == origins[:-1]
    with pytest.raises(InvalidError):
        check_origins(origins)


def test_a_bot_without_origins_allows_any_and_one_with_origins_only_those() -> None:
    assert bot().allows_origin("https://any.example")
    assert bot("https://a.example").allows_origin("https://A.example")
    assert not bot("https://a.example").allows_origin("https://b.example")
    assert not bot("https://a.example").allows_origin("https://a.example.evil.example")


def test_a_caller_without_an_origin_is_no_browser_and_is_allowed() -> None:
    assert bot("https://a.example").allows_origin(None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (BotChange(name="x" * (MAX_NAME + 1)), "name"),
        (BotChange(form=FormChange(title="x" * 2_001)), "form.title"),
        (BotChange(form=FormChange(success_message="x" * 2_001)), "form.success_message"),
        (BotChange(origins=("nonsense",)), "origins"),
        (BotChange(region="XX"), "region"),
        (BotChange(region=""), "region"),
        (BotChange(own_contacts=("nonsense",)), "own_contacts[0]"),
    ],
)
def test_a_change_that_breaks_a_limit_names_the_field(change: BotChange, field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        change.checked()
    assert refused.value.field == field


def test_a_checked_change_leaves_unset_what_was_unset() -> None:
    assert BotChange().checked() == BotChange()
    assert BotChange(origins=("HTTPS://A.example/",)).checked() == BotChange(origins=("https://a.example",))
    assert BotChange(region=" de", own_contacts=("@A.example",)).checked() == BotChange(
        region="DE", own_contacts=("@a.example",)
    )
    assert BotChange(region=None).checked() == BotChange(region=None)
    assert BotChange(form=FormChange()).checked() == BotChange(form=FormChange())


def test_a_checked_change_holds_no_nul() -> None:
    typed = BotChange(name="S\0hop", form=FormChange(title="\0Hi", success_message="Thanks\0"))
    wanted = BotChange(name="Shop", form=FormChange(title="Hi", success_message="Thanks"))
    assert typed.checked() == wanted


@pytest.mark.parametrize(
    "change",
    [
        BotChange(name="\udcff"),
        BotChange(form=FormChange(title="\udcff")),
        BotChange(form=FormChange(success_message="\udcff")),
    ],
)
def test_a_change_to_what_is_no_unicode_is_refused(change: BotChange) -> None:
    with pytest.raises(MalformedError):
        change.checked()


def test_a_change_leaves_what_it_does_not_name_also_inside_the_form() -> None:
    before = BotChange(name="Shop", form=FormChange(title="Hi", ask_phone=False)).applied_to(bot())
    after = BotChange(public=True, form=FormChange(title="Hello")).applied_to(before)
    assert (after.name, after.public) == ("Shop", True)
    assert after.form == LeadForm(title="Hello", ask_phone=False)
