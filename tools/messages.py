"""Gathers the texts of the console into its catalogs: `make messages`, or `python tools/messages.py`.

Templates mark theirs. In code it is what `_`, `gettext` and `ngettext` are given, what a page is told to say
(`said=`), and the messages of errors here and below, in which `{}` stands for what is told by them.
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

PACKAGE = Path(__file__).parents[1] / "src" / "leadkeep"
CONSOLE = PACKAGE / "console"
LOCALES = CONSOLE / "locale"
_MARKS = {"_": 1, "gettext": 1, "ngettext": 2}
_JINJA = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
_ERRORS = ("domain", "actions", "storage", "forms", "console")

Text = str | tuple[str, str]


def main() -> None:
    found = messages()
    for file in sorted(LOCALES.glob("*/console.po")):
        catalog = read(file)
        catalog.update(found, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        write(file, catalog)
        missing = [message for message in catalog if message.id and not message.string]
        print(f"{file.parent.name}: {len(catalog)} texts, {len(missing)} to be translated", file=sys.stderr)


def messages() -> Catalog:
    """What there is to translate."""
    catalog = Catalog(charset="utf-8")
    for text, place in sorted({*_of_templates(), *_of_code(), *_of_errors()}, key=str):
        catalog.add(text, locations=[(place, 0)])
    return catalog


def read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=file.parent.name)


def write(file: Path, catalog: Catalog) -> None:
    """Without dates and lines, so that only texts make a difference."""
    text = BytesIO()
    write_po(text, catalog, width=110, sort_output=True, include_lineno=False, omit_header=True)
    plural = catalog.plural_expr
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {file.parent.name}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: nplurals={catalog.num_plurals}; plural={plural};\\n"\n\n'
    )
    file.write_bytes(head.encode() + text.getvalue())


def _of_templates() -> Iterator[tuple[Text, str]]:
    for file in sorted((CONSOLE / "templates").rglob("*.html")):
        with file.open("rb") as opened:
            for _, _, text, _ in babel_extract(opened, ("gettext", "ngettext", "_"), [], _JINJA):
                texts = [one for one in ((text,) if isinstance(text, str) else text or ()) if one]
                if not texts:
                    continue
                yield (texts[0] if len(texts) == 1 else (texts[0], texts[1])), _place(file)


def _of_code() -> Iterator[tuple[Text, str]]:
    for file in sorted(CONSOLE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield from ((text, _place(file)) for text in _marked(node))


def _marked(call: ast.Call) -> Iterator[Text]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = [text for argument in call.args[: _MARKS.get(name, 0)] for text in _literals(argument)]
    if name == "ngettext" and len(texts) == 2:
        yield (texts[0], texts[1])
    else:
        yield from texts
    for keyword in call.keywords:
        if keyword.arg in {"said", "wrong"}:
            yield from _literals(keyword.value)


def _of_errors() -> Iterator[tuple[Text, str]]:
    folders = (PACKAGE / name for name in _ERRORS)
    for file in sorted(path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Error"):
                # The last of the arguments that are texts: a field's name may stand before the message.
                texts = [pattern for argument in node.args if (pattern := _pattern(argument)) is not None]
                if texts and " " in texts[-1]:
                    yield texts[-1], _place(file)


def _pattern(node: ast.expr) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _literals(node: ast.expr) -> list[str]:
    """Of a choice between two, both."""
    if isinstance(node, ast.IfExp):
        return [*_literals(node.body), *_literals(node.orelse)]
    return (
        [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else []
    )


def _place(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


if __name__ == "__main__":
    main()
