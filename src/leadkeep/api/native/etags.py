"""Entity tags (RFC 9110, 8.8.3): a lead's is its version, so that lists tell it too."""

import re

from leadkeep.domain.errors import InvalidError

_TAG = r'(?:W/)?"[!#-~\x80-\xff]*"'
IF_MATCH_PATTERN = rf"\*|{_TAG}([ \t]*,[ \t]*{_TAG})*"
_IF_MATCH = re.compile(rf"(?:{IF_MATCH_PATTERN})\Z")
# A weak tag never matches here (RFC 9110, 13.1.1), nor does one that is no version of ours.
_VERSION = re.compile(r'(?<!/)"([1-9][0-9]{0,9})"')


def etag_of(version: int) -> str:
    return f'"{version}"'


def versions_in(if_match: str | None) -> frozenset[int] | None:
    """The versions that the caller takes the thing for; None for any. Raises InvalidError."""
    if if_match is None or if_match == "*":
        return None
    if not _IF_MATCH.match(if_match):
        raise InvalidError("If-Match", 'If-Match must be * or a list of entity tags, such as "3"')
    return frozenset(map(int, _VERSION.findall(if_match)))
