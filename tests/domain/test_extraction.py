import sys
from itertools import product
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.extraction import messages, score
from leadkeep.domain.contact import read_email
from leadkeep.domain.extraction import Found, find_contacts, may_hold_contact

CHAT_LIKE = st.text("ab1203456789@.+-()/ \n,:#é订ダ٠＠９", max_size=60)


def normals(text: str, region: str | None = None, *ignored: str) -> list[str]:
    return [found.normal for found in find_contacts(text, region, ignored)]


def test_of_the_labelled_messages_nearly_all_is_found_and_hardly_anything_else() -> None:
    found = score(messages())
    assert found.precision >= 0.98
    assert found.recall >= 0.95


def test_the_labelled_messages_are_many_and_half_of_them_hold_nothing() -> None:
    assert len(messages()) >= 400
    assert 0.4 <= sum(not message.contacts for message in messages()) / len(messages()) <= 0.7
    assert len({message.language for message in messages()}) >= 8


def test_contacts_come_in_order_as_typed_and_each_once() -> None:
    text = "Call (212) 555-0123, mail Ada@Example.COM or ada@example.com, or +1 212 555 0123"
    assert find_contacts(text, "US") == [
        Found("phone", "(212) 555-0123", "+12125550123"),
        Found("email", "Ada@Example.COM", "ada@example.com"),
    ]


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("write to ada@example.com.", "ada@example.com"),
        ("<ada@example.com>, mailto:ada@example.com!", "ada@example.com"),
        ("ada@example.com.Thanks", "ada@example.com"),
        ("我的邮箱是ada@example.com谢谢", "ada@example.com"),
        ("ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ada@example.com"),
        ("jörg@bücher.example.de", "jörg@bücher.example.de"),
        ("ada (at) example (dot) com", "ada@example.com"),
        ("my mail is ada at example dot com", "ada@example.com"),
        ("ada arroba example.es", "ada@example.es"),
    ],
)
def test_an_address_is_read_out_of_what_surrounds_it(text: str, email: str) -> None:
    assert normals(text) == [email]


@pytest.mark.parametrize(
    "text",
    [
        "npm i react@18.2.0 @types/node@20.1.1",
        "logo@2x.png",
        "git@github.com:example/widgets.git",
        "ssh ada@build.example.com",
        "https://example.com/?email=ada@example.com",
        "@ada@social.example.com",
        "from no-reply@example.com",
        "I work at example dot com",
        "look at example dot com",
    ],
)
def test_not_everything_with_an_at_sign_is_an_address(text: str) -> None:
    assert normals(text) == []


@pytest.mark.parametrize(
    ("region", "text", "phone"),
    [
        ("DE", "call me 030 1234567 after 18:00", "+49301234567"),
        (None, "0049 171 3920012", "+491713920012"),
        (None, "+44 (0)20 7946 0321", "+442079460321"),
        ("US", "(206)\n555-0139", "+12065550139"),
        ("US", "212 555 0148, ext. 22", "+12125550148"),
        ("EG", "٠١٠٠١٢٣٤٥٦٧", "+201001234567"),
        ("CN", "请打13812345678", "+8613812345678"),
        ("US", "about my order, my number is 212-555-0148", "+12125550148"),
        ("DE", "meine Handynummer: 0171 3920012", "+491713920012"),
    ],
)
def test_a_phone_number_is_read_out_of_what_surrounds_it(region: str | None, text: str, phone: str) -> None:
    assert normals(text, region) == [phone]


def test_typed_is_just_what_stands_in_the_message() -> None:
    texts = [
        "ok, 0049-171-3920012!",
        "＋４９ １７１ ３９２００１２",
        "mail ada＠example.com",
        "ada(at)example(dot)com",
    ]
    assert [find_contacts(text)[0].typed for text in texts] == [
        "0049-171-3920012",
        "＋４９ １７１ ３９２００１２",
        "ada＠example.com",
        "ada(at)example(dot)com",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "order 2125550123",
        "2125550123 is my order number",
        "the serial number on the back is 2125550123",
        "#2125550123",
        "tickets 2125550123, 2125550124 and 2125550125",
        "PO-2125550123",
        "2125550123.pdf",
        "$2125550123",
        "https://example.com/2125550123",
        "4111 1111 1111 1111",
        "GB29 NWBK 6016 1331 9268 19",
        "192.168.100.254",
        "2026-11-02 14:30:00",
        "40.712776, -74.005974",
        "078-05-1120",
    ],
)
def test_not_every_figure_is_a_phone_number(text: str) -> None:
    assert normals(text, "US") == []


def test_without_a_region_only_numbers_with_a_country_code_count() -> None:
    assert normals("0171 3920012 or +49 171 3920013") == ["+491713920013"]


def test_what_is_the_bots_own_is_ignored() -> None:
    text = "info@shop.example.com, ada@example.com, 212-555-0123, 212-555-0124"
    ignored = ("@shop.example.com", "+12125550123")
    assert normals(text, "US", *ignored) == ["ada@example.com", "+12125550124"]
    assert normals(text, "US", *ignored, "ada@example.com") == ["+12125550124"]


@given(CHAT_LIKE, st.sampled_from([None, "US", "DE", "CN"]))
def test_what_is_found_stands_in_the_text_and_is_normal(text: str, region: str | None) -> None:
    found = find_contacts(text, region)
    assert all(one.typed in text for one in found)
    assert len({one.normal for one in found}) == len(found)
    for one in found:
        assert (
            one.normal.startswith("+") if one.kind == "phone" else read_email(one.normal).normal == one.normal
        )


def test_the_cheap_look_misses_no_labelled_contact() -> None:
    assert all(may_hold_contact(message.text) for message in messages() if message.contacts)


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("", False),
        ("Do you have this in blue, for 30 €, before 2027?", False),
        ("ada@example.com", True),
        ("ada＠example.com", True),
        ("ada arroba example.es", True),
        ("2125550123", True),
        ("٠١٢٣٤٥٦", True),
    ],
)
def test_the_cheap_look_asks_for_an_at_sign_or_seven_digits(text: str, may: bool) -> None:
    assert may_hold_contact(text) is may


PIECES = [
    "1",
    "1 2 ",
    "@",
    "a@",
    "a@b.",
    "(at)",
    "(",
    "+1 ",
    "a.b-",
    "1.1.",
    "a1@example.com ",
    "212-555-0123 ",
    "訂",
    "\n1",
]


@pytest.mark.parametrize(
    "unit", [*PIECES, *map("".join, product(["a@b ", "12 "], ["(at) ", "order 2125550123 "]))]
)
def test_work_grows_no_faster_than_the_message(unit: str) -> None:
    short = calls_to_find_in((unit * 8192)[:8192])
    assert calls_to_find_in((unit * 32768)[:32768]) <= 4.5 * short + 1000


def calls_to_find_in(text: str) -> int:
    """Function calls, Python's and C's: those inside a regular expression are bounded by its own limits."""
    count = 0

    def step(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(step)
    try:
        find_contacts(text, "US")
    finally:
        sys.setprofile(before)
    return count
