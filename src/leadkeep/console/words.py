"""What the names that are stored are called on pages."""

from leadkeep.domain.audit import Deed
from leadkeep.domain.lead import Status
from leadkeep.domain.user import Role, Theme


def _(text: str) -> str:
    """Marks it for translation, which takes place where it is shown."""
    return text


WORDS: dict[str, str] = {
    Status.NEW: _("New"),
    Status.CONTACTED: _("Contacted"),
    Status.QUALIFIED: _("Qualified"),
    Status.WON: _("Won"),
    Status.LOST: _("Lost"),
    Status.SPAM: _("Spam"),
    Role.OWNER: _("Owner"),
    Role.AGENT: _("Agent"),
    Role.VIEWER: _("Viewer"),
    Theme.AUTO: _("As the system"),
    Theme.LIGHT: _("Light"),
    Theme.DARK: _("Dark"),
    Deed.SIGNED_IN: _("signed in"),
    Deed.SIGN_IN_REFUSED: _("was refused at sign-in"),
    Deed.SIGNED_OUT: _("signed out"),
    Deed.USER_CREATED: _("created a user"),
    Deed.USER_CHANGED: _("changed a user"),
    Deed.PASSWORD_SET: _("set a password"),
    Deed.SECOND_FACTOR_SET: _("changed a second factor"),
    Deed.LINK_MADE: _("made a sign-in link"),
    Deed.LEAD_READ: _("read a lead"),
    Deed.LEAD_CHANGED: _("changed a lead"),
    Deed.LEADS_CHANGED: _("changed leads"),
    Deed.LEADS_EXPORTED: _("exported leads"),
    Deed.LEAD_DELETED: _("deleted a lead"),
    Deed.PERSON_READ: _("read a person"),
    Deed.PERSON_DELETED: _("deleted a person"),
    Deed.PEOPLE_MERGED: _("merged people"),
    Deed.MERGE_UNDONE: _("undid a merge"),
    Deed.SESSION_READ: _("read a session"),
    Deed.SESSION_DELETED: _("deleted a session"),
    Deed.BOT_CREATED: _("created a bot"),
    Deed.BOT_CHANGED: _("changed a bot"),
    Deed.BOT_DELETED: _("deleted a bot"),
    Deed.KEY_CREATED: _("created a key"),
    Deed.KEY_REVOKED: _("revoked a key"),
    Deed.ENDPOINT_CREATED: _("created an endpoint"),
    Deed.ENDPOINT_CHANGED: _("changed an endpoint"),
    Deed.ENDPOINT_DELETED: _("deleted an endpoint"),
    Deed.SECRET_ROTATED: _("rotated a secret"),
    Deed.REDELIVERED: _("redelivered events"),
    Deed.AUDIT_EXPORTED: _("exported the audit log"),
}
"""In English."""
