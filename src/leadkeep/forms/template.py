"""The operator's own form: a Jinja template, in a sandbox that cannot run away."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from leadkeep.domain.errors import InvalidError
from leadkeep.forms import JSON, Event, Message

MAX_TEMPLATE = 10_000
MAX_OUTPUT = 65_536
_MAX_LOOPS = 2
"""In one another."""
# Those whose result is not much larger than what they are given.
_FILTERS = (
    *("abs", "capitalize", "d", "default", "dictsort", "e", "escape", "first", "float", "int", "items"),
    *("join", "last", "length", "list", "lower", "max", "min", "reject", "rejectattr", "reverse", "round"),
    *("select", "selectattr", "sort", "string", "striptags", "title", "tojson", "trim", "truncate", "unique"),
    *("upper", "urlencode"),
)
_FORBIDDEN = (
    *(nodes.Macro, nodes.CallBlock, nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends),
    nodes.Block,
)


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """A short product can have a long result."""
        small = all(isinstance(side, int | float) and abs(side) < 1_000_000 for side in (left, right))
        if operator == "**" or not small:
            raise SecurityError(f"{operator} takes small numbers only")
        return super().call_binop(context, operator, left, right)


def _replace(text: str, old: str, new: str) -> str:
    """Jinja's own may make a long text of a short one, and a longer one of that."""
    if len(text) + text.count(old) * len(new) > MAX_OUTPUT:
        raise SecurityError("replace makes the text too long")
    return text.replace(old, new)


def _environment() -> _Sandbox:
    environment = _Sandbox(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)
    environment.filters = {name: environment.filters[name] for name in _FILTERS} | {"replace": _replace}
    # Loops go over what an event holds.
    environment.globals = {}
    return environment


_ENVIRONMENT = _environment()


def render_template(source: str, event: Event, link: str | None) -> Message:
    """With `event`, its `data` and `link`. JSON where the result is JSON, text otherwise.

    Raises InvalidError, which names the line.
    """
    template = _compiled(source)
    parts: list[str] = []
    size = 0
    try:
        for part in template.generate(event=event, data=event["data"], link=link):
            parts.append(part)
            size += len(part)
            if size > MAX_OUTPUT:
                raise InvalidError("template", f"template: the result is longer than {MAX_OUTPUT} characters")
    except InvalidError:
        raise
    except Exception as error:
        # Whatever an expression can do wrong: what is not defined, a division by zero, a number of a text.
        raise InvalidError("template", f"template{_line_in(error)}: {_said(error)}") from None
    return _as_message("".join(parts))


def check_template(source: str, events: Iterable[Event]) -> None:
    """Raises InvalidError where it fails with one of these events."""
    if len(source) > MAX_TEMPLATE:
        raise InvalidError("template", f"template is longer than {MAX_TEMPLATE} characters")
    for event in events:
        try:
            render_template(source, event, "https://leads.example.com/leads/1")
        except InvalidError as error:
            raise InvalidError("template", f"{error.message} (with a {event['type']} event)") from None


@lru_cache(maxsize=64)
def _compiled(source: str) -> Template:
    try:
        tree = _ENVIRONMENT.parse(source)
        _check(tree, 0)
        return _ENVIRONMENT.from_string(tree)
    except TemplateSyntaxError as error:
        raise InvalidError("template", f"template, line {error.lineno}: {error.message}") from None


def _check(node: nodes.Node, loops: int) -> None:
    if isinstance(node, _FORBIDDEN):
        name = type(node).__name__.lower()
        raise TemplateSyntaxError(f"{name} is not for templates of events", node.lineno)
    if isinstance(node, nodes.For):
        loops += 1
        if loops > _MAX_LOOPS or node.recursive:
            raise TemplateSyntaxError(f"at most {_MAX_LOOPS} loops may stand in one another", node.lineno)
    for child in node.iter_child_nodes():
        _check(child, loops)


def _line_in(error: BaseException) -> str:
    traceback, line = error.__traceback__, None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return "" if line is None else f", line {line}"


def _said(error: Exception) -> str:
    if isinstance(error, TemplateError):
        return error.message or type(error).__name__
    return f"{type(error).__name__}: {error}"[:200]


def _as_message(text: str) -> Message:
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return Message(text.encode(errors="replace"), "text/plain; charset=utf-8")
    return Message(text.encode(), JSON)
