"""Somebody in front of a browser, who meets the widget on a page."""

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Response, expect

# Generous, as it is only ever spent on what will not happen.
PATIENCE_MS = 20_000


class Visitor:
    """A visitor of their own: a fresh profile, and a memory of what the browser said and was told."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(locale="en-GB")
        self.context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.answers: list[Response] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("response", lambda answer: self.answers.append(answer))
        self.form = self.page.locator("form")
        self.question = self.page.get_by_placeholder("Type your question")

    def open_chat(self, url: str) -> None:
        """Go to the page and open the chat, however the page embeds it."""
        self.page.goto(url)
        bubble = self.page.locator("flowise-chatbot button[part=button]")
        bubble.or_(self.question).first.wait_for()
        if bubble.is_visible():
            bubble.click()

    def fields(self) -> list[str | None]:
        """The names of the form's fields, in their order."""
        return [field.get_attribute("name") for field in self.form.locator("input").all()]

    def submit(self, **typed: str) -> Response:
        """Fill the form in, send it, and see what the server says."""
        for name, text in typed.items():
            self.form.locator(f"input[name={name}]").fill(text)
        with self.page.expect_response(lambda answer: "/api/v1/leads" in answer.url) as answered:
            self.form.locator("button[type=submit]").click()
        return answered.value

    def asked_of(self, host: str) -> list[tuple[str, str, int]]:
        """Method, path and status of every request that the page sent there."""
        return [
            (answer.request.method, answer.url.removeprefix(host), answer.status)
            for answer in self.answers
            if answer.url.startswith(host)
        ]

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()
