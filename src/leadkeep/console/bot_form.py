"""The form of a bot's settings: what stands in it, what was typed, and what is wrong with that."""

from leadkeep.console.forms import Form
from leadkeep.console.marking import _
from leadkeep.domain.bot import Bot, BotChange, FormChange, suggested_id
from leadkeep.domain.errors import InvalidError

_MAX_LINES = 100_000
"""Characters: a hundred of the longest origins or contacts, with room."""
_NO_PATHS = {"new", ".", ".."}

# By field, for whatever it is that is wrong with it.
_WRONG = {
    "name": _("Give it a name of at most 200 characters."),
    "id": _("Use 1 to 64 of the characters A–Z a–z 0–9 . _ : -, and not the word new alone."),
    "origins": _("Each line must look like https://www.example.com, without a path; 100 lines at most."),
    "region": _("Choose one of these countries."),
    "own_contacts": _(
        "Each line must be an e-mail address, a domain such as @example.com, or a phone number with its "
        "country code; 100 lines at most."
    ),
    "escalate_after": _("Give 1 to 10,080 whole minutes, or nothing."),
    "form.title": _("At most 2,000 characters."),
    "form.success_message": _("At most 2,000 characters."),
}
ID_TAKEN = InvalidError("id", _("There is a bot with this id already."))


def given_of(bot: Bot) -> dict[str, str]:
    """The bot's settings as the form's fields have them."""
    form = bot.form
    flags = {
        "public": bot.public,
        "extract": bot.extract,
        "form.enabled": form.enabled,
        "form.ask_name": form.ask_name,
        "form.ask_email": form.ask_email,
        "form.ask_phone": form.ask_phone,
    }
    return {
        "name": bot.name,
        "origins": "\n".join(bot.origins),
        "region": bot.region or "",
        "own_contacts": "\n".join(bot.own_contacts),
        "escalate_after": str(bot.escalate_after or ""),
        "form.title": form.title,
        "form.success_message": form.success_message,
        **{name: "on" for name, on in flags.items() if on},
    }


def read_change(form: Form) -> BotChange:
    """All of the settings, as they were sent. Raises InvalidError."""
    return BotChange(
        name=read_name(form),
        public=form.flag("public"),
        origins=form.lines("origins", _MAX_LINES),
        region=form.text("region", 100) or None,
        extract=form.flag("extract"),
        own_contacts=form.lines("own_contacts", _MAX_LINES),
        escalate_after=form.number("escalate_after"),
        form=FormChange(
            enabled=form.flag("form.enabled"),
            title=_lines_of(form, "form.title"),
            success_message=_lines_of(form, "form.success_message"),
            ask_name=form.flag("form.ask_name"),
            ask_email=form.flag("form.ask_email"),
            ask_phone=form.flag("form.ask_phone"),
        ),
    )


def read_name(form: Form) -> str:
    """Raises InvalidError where it is blank."""
    name = form.text("name").strip()
    if not name:
        raise InvalidError("name", "name must not be blank")
    return name


def read_id(form: Form, name: str) -> str:
    """As typed, or else made of the name. Raises InvalidError for what no page could stand at."""
    bot_id = form.text("id").strip() or suggested_id(name)
    if bot_id in _NO_PATHS:
        raise InvalidError("id", "id must be another one")
    return bot_id


def in_plain_words(error: InvalidError) -> InvalidError:
    """The same, as the form has it."""
    field = error.field.partition("[")[0]
    return InvalidError(field, _WRONG.get(field, error.message))


def _lines_of(form: Form, name: str) -> str:
    """With line ends as they are stored, not as forms send them."""
    return form.text(name).replace("\r\n", "\n").strip()
