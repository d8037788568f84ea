"""Somebody at the console in a real browser, and what is asked of every page."""

from collections.abc import Callable
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Dialog, expect

from leadkeep.console.cookies import SIGN_IN
from tests.browser.visitor import PATIENCE_MS

Scheme = Literal["light", "dark"]
WIDE, NARROW = (1280, 800), (360, 740)

_AXE = Axe()
_ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OF_LOOKS = ["color-contrast", "target-size"]


class Desk:
    """A browser in which one user is signed in, or with an empty token nobody, and a memory of what it
    complained about. It says no to every question, until told to say yes."""

    def __init__(self, browser: Browser, url: str, token: str, **options: Any) -> None:
        self.context = browser.new_context(base_url=url, locale="en-GB", reduced_motion="reduce", **options)
        self.says_yes = False
        self.context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        if token:
            self.context.add_cookies([{"name": SIGN_IN, "value": token, "url": url}])
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._answer)

    def open(self, path: str) -> None:
        """Live pages never fall silent, so that is not waited for."""
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, (path, answer.status)

    def look(self, size: tuple[int, int], scheme: Scheme = "light") -> None:
        """As on a screen of that size and colours."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme=scheme)

    def too_wide_by(self) -> int:
        """By how many pixels the page, not what scrolls within it, is wider than the window."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return max(0, wider)

    def barriers(self, *, looks_only: bool = False) -> list[str]:
        """What axe-core finds: the rule, where, and why. `looks_only`: of what colours and sizes decide."""
        options = {"runOnly": _OF_LOOKS if looks_only else _ALL_RULES, "resultTypes": ["violations"]}
        found: list[dict[str, Any]] = _AXE.run(self.page, options=options).response["violations"]
        return [
            f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def _answer(self, dialog: Dialog) -> None:
        if self.says_yes:
            dialog.accept()
            return
        self.complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


SitDown = Callable[..., Desk]
