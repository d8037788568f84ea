"""Templates of operators: what they can say, and that they cannot harm."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.event import EventType
from leadkeep.forms import JSON
from leadkeep.forms.samples import samples
from leadkeep.forms.template import check_template, render_template
from tests.support.payloads import captured

LINK = "https://leads.example.com/leads/1"


def rendered(source: str) -> str:
    return render_template(source, samples()[EventType.LEAD_CAPTURED], LINK).body.decode()


def test_a_template_has_the_event_its_data_and_the_link() -> None:
    source = '{"text": {{ data.lead.name|tojson }}, "what": "{{ event.type }}", "url": "{{ link }}"}'
    message = render_template(source, samples()[EventType.LEAD_CAPTURED], LINK)
    assert msgspec.json.decode(message.body) == {"text": "Ada Lovelace", "what": "lead.captured", "url": LINK}
    assert message.content_type == JSON
    assert render_template("New!", samples()[EventType.TEST], None).content_type.startswith("text/plain")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("one\n{% if %}", "line 2"),
        ("one\n\n{{ data.lead.nmae }}", "line 3: 'dict object' has no attribute 'nmae'"),
        ("{{ nothing }}", "line 1: 'nothing' is undefined"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ ''.__class__ }}", "unsafe"),
        ("{{ data.__init__.__globals__ }}", ""),
        ("{% for x in range(3) %}{% endfor %}", "'range' is undefined"),
        ("{{ 'a' * 1000000000 }}", "small numbers"),
        ("{{ '%1000000000d' % 1 }}", "small numbers"),
        ("{{ 9 ** 9 }}", "small numbers"),
        ("{{ 'a'|center(1000000000) }}", "No filter"),
        ("{{ 'a'.zfill(1000000000) }}", "zfill() cannot be called"),
        ("{{ '{:>1000000000}'.format(1) }}", "format() cannot be called"),
        ("{{ 1|round(1000000000, 'ceil') }}", "15 digits"),
        ("{{ data.nothing|tojson }}", "no attribute 'nothing'"),
        ("a\n{{ 'a' ~ data.nothing }}", "line 2: 'dict object' has no attribute 'nothing'"),
        ("{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}", "nested too deeply"),
        ("{% if 1 %}" * 120 + "{% endif %}" * 120, "nested too deeply"),
        ("{{ " + "9" * 5_000 + " }}", "4300 digits"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "macro"),
        ("{% include 'x' %}", "include"),
        ("{% set a %}{{ link }}{{ link }}{% endset %}", "assignblock"),
        (
            "{% for a in data %}{% for b in data %}{% for c in data %}{% endfor %}{% endfor %}{% endfor %}",
            "2 loops",
        ),
        ("{{ data.lead.clear() }}", ""),
    ],
)
def test_a_template_that_fails_says_where_and_why(source: str, says: str) -> None:
    with pytest.raises(InvalidError, match="template") as raised:
        rendered(source)
    assert says in raised.value.message
    assert raised.value.field == "template"


def test_a_template_cannot_grow_without_an_end() -> None:
    with pytest.raises(InvalidError, match="longer"):
        rendered("{% for a in data.lead %}{% for b in data.lead %}" + "x" * 500 + "{% endfor %}{% endfor %}")
    with pytest.raises(InvalidError, match="longer than 10000"):
        rendered("x" * 10_001)


DOUBLINGS = {
    "plus": "{% set a = a + a %}",
    "concat": "{% set a = a ~ a %}",
    "list": "{% set a = [a, a] %}",
    "dict": "{% set a = {1: a, 2: a} %}",
    "join": "{% set a = [a, a]|join %}",
    "replace": "{% set a = a|replace('a', 'aa') %}",
    "tojson": "{% set a = a|tojson|tojson %}",
    "string": "{% set a = [a, a]|string %}",
}


@pytest.mark.parametrize("doubling", DOUBLINGS.values(), ids=DOUBLINGS)
def test_nothing_can_be_doubled_over_and_over(doubling: str) -> None:
    with pytest.raises(InvalidError, match=r"larger than|too long"):
        rendered("{% set a = 'a' %}" + doubling * 60 + "{{ a|string|length }}")


@pytest.mark.parametrize(
    "body", ["", "{% if a in text %}{% endif %}", "{% set b = text|upper %}", "{% set b = text.split() %}"]
)
def test_a_template_that_goes_on_and_on_is_stopped(body: str) -> None:
    source = "{% set text = data.lead.attributes.text %}{% for a in text %}{% for b in text %}"
    event = msgspec.json.decode(captured(attributes={"text": "x" * 16_000}))
    with pytest.raises(InvalidError, match="takes too long"):
        render_template(source + body + "{% endfor %}{% endfor %}", event, None)


def test_a_lead_as_large_as_they_come_fits_into_a_template() -> None:
    attributes = {f"{number}{'k' * 50}": '"' * 90 for number in range(64)}
    payload = captured(name="\x01" * 1_000, attributes=attributes)
    event = msgspec.json.decode(payload)
    assert msgspec.json.decode(render_template("{{ event|tojson }}", event, None).body) == event
    line = "{{ loop.index }} {{ key|e ~ ': ' ~ value|upper }}\n"
    loop = f"{{% for key, value in data.lead.attributes.items() %}}{line}{{% endfor %}}"
    assert len(render_template(loop, event, None).body.splitlines()) == 64


@pytest.mark.parametrize("source", ["{{ '\\ud800' }}", "[" * 9_000, "{"])
def test_what_is_no_json_is_text(source: str) -> None:
    assert render_template(source, samples()[EventType.TEST], None).content_type.startswith("text/plain")


@given(st.text(max_size=200), st.text(max_size=200))
def test_what_tojson_writes_of_a_text_is_that_text(name: str, value: str) -> None:
    event = msgspec.json.decode(captured(name=name, attributes={"a": value}))
    source = '{"name": {{ data.lead.name|tojson }}, "a": {{ (data.lead.attributes.a ~ "!")|tojson }}}'
    assert msgspec.json.decode(render_template(source, event, None).body) == {"name": name, "a": f"{value}!"}


@given(st.text(alphabet="{}%|[]()'\"~+.,:=\n ax1", max_size=60))
def test_any_template_renders_or_says_what_is_wrong(source: str) -> None:
    with suppress(InvalidError):
        assert isinstance(rendered("{{" + source + "}}"), str)


def test_a_template_is_tried_with_every_event_that_may_come() -> None:
    check_template("{{ event.type }}", samples().values())
    with pytest.raises(InvalidError, match=r"with a person.merged event"):
        check_template("{% if event.type == 'person.merged' %}{{ data.lead }}{% endif %}", samples().values())
