"""Why an endpoint can get nothing as long as a setting stays as it is."""

from urllib.parse import urlsplit

from leadkeep.domain.addresses import AddressRules
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.settings import Settings

_BLOCKED = "blocked_address"


def setting_against(endpoint: Endpoint, settings: Settings, last_outcome: str | None = None) -> str:
    """The setting's name, or "" where none is known to stand in the way.

    Which address most hosts have is known only once they were tried.
    """
    if endpoint.form is Form.EMAIL:
        return "" if settings.smtp_host else "smtp_host"
    host = urlsplit(endpoint.url).hostname or ""
    rules = AddressRules(settings.deliver_to)
    blocked = rules.refuses_host(host) or (last_outcome == _BLOCKED and not rules.allows_host(host))
    return "deliver_to" if blocked else ""
