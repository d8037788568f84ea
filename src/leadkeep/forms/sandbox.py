"""A Jinja sandbox in which nothing takes long or grows large, whatever a template says.

Jinja's own keeps templates away from what they may not touch. Here they also have a budget: passes of loops,
filters, calls and what they are given and make are paid for, by their size, and no value may be larger than
MAX_SIZE. What could get around that is not among the parts that a template may have.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

import msgspec
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MAX_SIZE = 131_072
"""Characters and items of any value."""
BUDGET = 500_000
"""For compiling and for each rendering; the messages that people write take a few thousand."""
_PASS = 5
"""What one pass of a loop costs, for each part of the syntax in it."""
_MAX_LOOPS = 2
"""In one another."""
_MAX_DIGITS = 15

# Those whose result is not much larger than what they are given.
_FILTERS = (
    *("abs", "capitalize", "d", "default", "dictsort", "e", "escape", "first", "float", "int", "items"),
    *("last", "length", "list", "lower", "max", "min", "reject", "rejectattr", "reverse"),
    *("select", "selectattr", "sort", "string", "striptags", "title", "trim", "truncate", "unique"),
    *("upper", "urlencode"),
)
_METHODS = frozenset(
    {
        *("capitalize", "count", "cycle", "endswith", "find", "get", "items", "keys", "lower", "lstrip"),
        *("removeprefix", "removesuffix", "rstrip", "split", "splitlines", "startswith", "strip", "title"),
        *("upper", "values"),
    }
)
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign),
    *(nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword),
    *(nodes.Filter, nodes.Test, nodes.Call, nodes.Getattr, nodes.Getitem, nodes.Slice),
    *(nodes.Concat, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.BinExpr, nodes.UnaryExpr),
)


class _Meter:
    def __init__(self) -> None:
        self.left = BUDGET


_METER: ContextVar[_Meter] = ContextVar("meter")


@contextmanager
def metered() -> Iterator[None]:
    """Around whatever compiles or renders a template of `ENVIRONMENT`."""
    token = _METER.set(_Meter())
    try:
        yield
    finally:
        _METER.reset(token)


def _pay(price: int) -> None:
    meter = _METER.get()
    meter.left -= price
    if meter.left < 0:
        raise SecurityError("it takes too long")


def _paid(value: Any) -> Any:
    """The value, once it is paid for. The same thing twice in a list is two things: so it is written."""
    size, waiting = 1, [value]
    while waiting:
        one = waiting.pop()
        size += len(one) if isinstance(one, str | Mapping | list | tuple | set) else 0
        if size > MAX_SIZE:
            raise SecurityError(f"a value is larger than {MAX_SIZE} characters and items")
        if isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set):
            waiting += one
    _pay(size)
    return value


def _paying(made: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(made)
    def called(*args: Any, **kwargs: Any) -> Any:
        _paid([*args, *kwargs.values()])
        return _paid(made(*args, **kwargs))

    return called


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """A short product can have a long result."""
        small = all(isinstance(side, int | float) and abs(side) < 1_000_000 for side in (left, right))
        if operator == "**" or (operator != "+" and not small):
            raise SecurityError(f"{operator} takes small numbers only")
        return _paid(super().call_binop(context, operator, left, right))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        # What is undefined says so itself.
        if not isinstance(__obj, Undefined) and (name := getattr(__obj, "__name__", "it")) not in _METHODS:
            raise SecurityError(f"{name}() cannot be called here")
        _paid([getattr(__obj, "__self__", None), *args, *kwargs.values()])
        return _paid(super().call(__context, __obj, *args, **kwargs))


def compiled(source: str) -> Template:
    """Raises TemplateSyntaxError, and what Python does where parts are nested too deeply."""
    tree = ENVIRONMENT.parse(source)
    _check(tree, 0)
    return ENVIRONMENT.from_string(_Priced().visit(tree))


def _check(node: nodes.Node, loops: int) -> None:
    if not isinstance(node, _ALLOWED):
        name = type(node).__name__.lower()
        raise TemplateSyntaxError(f"{name} is not for templates of events", node.lineno)
    if isinstance(node, nodes.For):
        loops += 1
        if loops > _MAX_LOOPS or node.recursive:
            raise TemplateSyntaxError(f"at most {_MAX_LOOPS} loops may stand in one another", node.lineno)
    for child in node.iter_child_nodes():
        _check(child, loops)


class _Priced(NodeTransformer):
    """Has loops, names and `~` go through filters, which are paid for."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        parts = sum(1 for _ in node.find_all(nodes.Node))
        self.generic_visit(node)
        node.iter = _filter(node.iter, "_passes", nodes.Const(parts * _PASS))
        return node

    def visit_Assign(self, node: nodes.Assign) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.node = _filter(node.node, "_paid")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno), "join")


def _filter(node: nodes.Node, name: str, *args: nodes.Expr) -> nodes.Filter:
    made = nodes.Filter(node, name, list(args), [], None, None, lineno=node.lineno)
    return made.set_environment(ENVIRONMENT)  # type: ignore[return-value]


def _passes(items: Iterable[Any], price: int) -> Iterator[Any]:
    for one in items:
        _pay(price)
        yield one


def _join(items: Iterable[Any], between: str = "", attribute: str | None = None) -> str:
    if attribute is not None:
        items = [ENVIRONMENT.getitem(one, attribute) for one in items]
    parts = [str(_paid(one)) for one in items]
    _check_size(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)


def _replace(text: str, old: str, new: str) -> str:
    """Jinja's own may make a long text of a short one, and a longer one of that."""
    _check_size(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _check_size(size: int) -> None:
    if size > MAX_SIZE:
        raise SecurityError(f"a value is larger than {MAX_SIZE} characters and items")


def _round(number: float, digits: int = 0, method: str = "common") -> float:
    """Jinja's own makes a power of ten with as many digits as it is asked for."""
    if not -_MAX_DIGITS <= digits <= _MAX_DIGITS:
        raise SecurityError(f"round takes up to {_MAX_DIGITS} digits")
    return float(_plain_environment.filters["round"](number, digits, method))


def _to_json(value: Any) -> str:
    """As the event itself is written: Jinja's own is made for HTML, and says many characters in six."""
    return msgspec.json.encode(value, enc_hook=_plain_text).decode()


def _plain_text(value: Any) -> str:
    if isinstance(value, str | Undefined):
        return str(value)
    raise TypeError(f"tojson cannot write {type(value).__name__}")


_plain_environment = ImmutableSandboxedEnvironment()


def _environment() -> _Sandbox:
    environment = _Sandbox(undefined=StrictUndefined, autoescape=False, finalize=_paid)
    ours = {"join": _join, "replace": _replace, "round": _round, "tojson": _to_json, "_paid": _paid}
    made = {name: environment.filters[name] for name in _FILTERS} | ours
    environment.filters = {name: _paying(filter_) for name, filter_ in made.items()} | {"_passes": _passes}
    # Loops go over what an event holds.
    environment.globals = {}
    return environment


ENVIRONMENT = _environment()
