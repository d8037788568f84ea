"""What a User-Agent header amounts to."""

from typing import NamedTuple

MAX_USER_AGENT = 1_000

# Chrome calls every Android device so, to tell nobody apart by it.
_ANY_DEVICE = "K"


class Browser(NamedTuple):
    """Families, such as Chrome, Windows and iPhone; None is what cannot be told."""

    browser: str | None
    os: str | None
    device: str | None


NO_BROWSER = Browser(None, None, None)


def read_user_agent(text: str) -> Browser:
    """What is not known of one is None; one that nobody knows is all None."""
    # Its patterns take 30 MB: who never tells a browser never pays for them. It remembers what it parsed.
    from ua_parser import parse

    found = parse(text[:MAX_USER_AGENT])
    device = found.device.family if found.device else None
    return Browser(
        found.user_agent.family if found.user_agent else None,
        found.os.family if found.os else None,
        None if device == _ANY_DEVICE else device,
    )
