"""The operator's own form: a Jinja template, in a sandbox that cannot run away."""

from collections.abc import Iterable
from functools import lru_cache

import msgspec
from jinja2 import Template, TemplateError, TemplateSyntaxError

from leadkeep.domain.endpoint_change import MAX_TEMPLATE
from leadkeep.domain.errors import InvalidError
from leadkeep.forms import JSON, Event, Message
from leadkeep.forms.sandbox import compiled, metered

MAX_OUTPUT = 131_072


def render_template(source: str, event: Event, link: str | None) -> Message:
    """With `event`, its `data` and `link`. JSON where the result is JSON, text otherwise.

    Raises InvalidError, which names the line.
    """
    template = _compiled(source)
    parts: list[str] = []
    size = 0
    with metered():
        try:
            for part in template.generate(event=event, data=event["data"], link=link):
                parts.append(part)
                size += len(part)
                if size > MAX_OUTPUT:
                    raise _wrong("", f"the result is longer than {MAX_OUTPUT} characters")
        except InvalidError:
            raise
        except Exception as error:
            # Whatever an expression can do wrong: what is not defined, a division by zero, text for a number.
            raise _wrong(_line_in(error), _said(error)) from None
    return _as_message("".join(parts))


def check_template(source: str, events: Iterable[Event]) -> None:
    """Raises InvalidError where it fails with one of these events."""
    for event in events:
        try:
            render_template(source, event, "https://leads.example.com/leads/1")
        except InvalidError as error:
            raise InvalidError("template", f"{error.message} (with a {event['type']} event)") from None


@lru_cache(maxsize=64)
def _compiled(source: str) -> Template:
    if len(source) > MAX_TEMPLATE:
        raise InvalidError("template", f"template is longer than {MAX_TEMPLATE} characters")
    with metered():
        try:
            return compiled(source)
        except TemplateSyntaxError as error:
            raise _wrong(f", line {error.lineno}", _said(error)) from None
        except (RecursionError, SyntaxError, MemoryError):
            # Python has limits of its own, and so many names for them.
            raise _wrong("", "its parts are nested too deeply") from None
        except Exception as error:
            # Such as a number with too many digits.
            raise _wrong("", _said(error)) from None


def _wrong(line: str, problem: str) -> InvalidError:
    return InvalidError("template", f"template{line}: {problem}")


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
    # Half a character, which a template can write as "\ud800", is none.
    body = text.encode(errors="replace")
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return Message(body, "text/plain; charset=utf-8")
    return Message(body, JSON)
