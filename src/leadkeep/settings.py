"""Every setting, typed, in one place, and where its value comes from."""

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta, field

from leadkeep.domain.errors import InvalidError

_Url = Annotated[
    str,
    Meta(
        pattern=r"^(sqlite(\+\w+)?:///(?!:memory:)[^?]|postgres(ql)?(\+\w+)?://)",
        extra={"expects": "a URL such as sqlite:///leadkeep.db or postgresql://user@host/name"},
    ),
]
_Port = Annotated[int, Meta(ge=1, le=65535, extra={"expects": "a number from 1 to 65535"})]
_Count = Annotated[int, Meta(ge=1, le=1_000_000, extra={"expects": "a whole number, 1 or more"})]
_Level = Annotated[
    Literal["debug", "info", "warning", "error"], Meta(extra={"expects": "debug, info, warning or error"})
]
_Switch = Annotated[bool, Meta(extra={"expects": "true or false"})]
_Rate = Annotated[str, Meta(extra={"expects": "a rate such as 30/minute or 5/second"})]
_Networks = Annotated[
    tuple[str, ...], Meta(extra={"expects": "a list of IP addresses or networks such as 10.0.0.0/8"})
]
_Places = Annotated[
    tuple[str, ...],
    Meta(extra={"expects": "a list of host names, IP addresses or networks such as 10.0.0.0/8"}),
]
_WebUrl = Annotated[
    str,
    Meta(
        pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$",
        extra={"expects": "a URL such as https://leads.example.com"},
    ),
]
_Text = Annotated[str, Meta(extra={"expects": "text"})]
_Sender = Annotated[str, Meta(extra={"expects": "an address such as Leadkeep <leads@example.com>"})]
_TimeZone = Annotated[str, Meta(extra={"expects": "the name of a time zone such as Europe/Berlin"})]
_Name = Annotated[str, Meta(min_length=1, extra={"expects": "the name of a claim"})]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings in force. Defaults are safe and good."""

    # Hosting platforms and people know it as a database URL; with us it is `database` everywhere.
    database: _Url = field(default="sqlite:///leadkeep.db", name="database_url")
    """Where everything is stored."""
    host: Annotated[_Text, Meta(min_length=1, extra={"expects": "an address to listen on"})] = "127.0.0.1"
    port: _Port = 8420
    workers: _Count = 1
    """Processes that serve; more than one needs PostgreSQL."""
    log_level: _Level = "info"
    access_log: _Switch = True
    """Whether each request is logged."""
    trusted_proxies: _Networks = ()
    """Addresses or networks whose X-Forwarded-For is believed."""
    public_rate_per_address: _Rate = "30/minute"
    """How many leads a stranger may leave from one address, in each worker."""
    public_rate_per_bot: _Rate = "600/minute"
    """How many leads strangers may leave with one bot, in each worker."""
    api_rate_per_key: _Rate = "6000/minute"
    """How many requests one key may make of the native API, in each worker."""
    time_zone: _TimeZone = "UTC"
    """Whose days and hours leads are counted by."""
    capture_queue: _Count = 2_000
    """Captures that may wait for the database at once, in each worker."""
    shutdown_timeout: _Count = 20
    """Seconds that requests under way have to end in."""
    deliver_to: _Places = ()
    """Hosts, addresses and networks that events may be delivered to although they are private."""
    keep_events: _Count = 30
    """Days that events are kept, and what was delivered of them."""
    public_url: _WebUrl = ""
    """Where people reach this Leadkeep: what links in messages and mail begin with."""
    smtp_host: _Text = ""
    """The server that mail is sent by; empty sends none."""
    smtp_port: _Port = 587
    smtp_tls: Annotated[
        Literal["starttls", "tls", "none"], Meta(extra={"expects": "starttls, tls or none"})
    ] = "starttls"
    """How the connection to it is secured: after a greeting, from the start, or not."""
    smtp_user: _Text = ""
    smtp_password: _Text = ""
    smtp_from: _Sender = "leadkeep@localhost"
    """Whom mail is from."""
    oidc_issuer: _WebUrl = ""
    """Whose sign-in people may use for the console (OpenID Connect); empty for none."""
    oidc_client_id: _Text = ""
    oidc_client_secret: _Text = ""
    oidc_name: Annotated[_Text, Meta(min_length=1, extra={"expects": "what to call it"})] = "single sign-on"
    """What the button says: Sign in with ..."""
    jwt_issuer: _Text = ""
    """The `iss` of JWTs to accept; empty accepts none."""
    jwt_audience: _Text = ""
    jwt_secret: _Text = ""
    """What the issuer signs with (HS256); at least 32 bytes."""
    jwt_jwks: _Text = ""
    """Or its public keys (RS256, ES256): a URL or the path of a file."""
    jwt_permissions_claim: _Name = "permissions"
    jwt_bots_claim: _Name = "bots"

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={shown(self, name)!r}' for name in FIELDS)})"


FIELDS = {info.encode_name: info for info in msgspec.structs.fields(Settings)}
"""Every setting by the name that operators know it by."""

PREFIX = "LEADKEEP_"
CONFIG_VARIABLE = "LEADKEEP_CONFIG"
TOKEN_VARIABLE = "LEADKEEP_TOKEN"  # noqa: S105 - the name of a variable
"""What `leadkeep tail` shows a server; no setting."""
_OTHERS = {CONFIG_VARIABLE, TOKEN_VARIABLE}
CONFIG_FILE = Path("leadkeep.toml")
MIN_SECRET = 32
"""Bytes, as RFC 7518 section 3.2 asks of HS256."""
_MASK = "********"
_SECRETS = {"jwt_secret", "oidc_client_secret", "smtp_password", "database_url"}
_FLAGS = {"database_url": "--database"}
_JWT = ("jwt_issuer", "jwt_audience", "jwt_secret", "jwt_jwks")
# Kubernetes adds such variables to every container beside a service that is named leadkeep.
_SERVICE_LINK = re.compile(r"LEADKEEP_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_[A-Z]+(_\w+)?)\Z")
# A host's name, an address or a network; which of these it is, is seen where it is used.
_PLACE = re.compile(r"[\w.:-]+(/\d{1,3})?\Z")
_SERVICE_PORT = re.compile(r"(tcp|udp|sctp)://")


class Given(NamedTuple):
    """A value, the kind of place it comes from, and what the operator wrote it as."""

    value: object
    source: Literal["flag", "environment", "file"]
    label: str


class LoadedSettings(NamedTuple):
    """`given` holds what was set, by name; the other settings are at their defaults."""

    settings: Settings
    given: Mapping[str, Given]


def load_settings(flags: Mapping[str, object], environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force; see `trace_settings`."""
    return trace_settings(flags, environ).settings


def trace_settings(flags: Mapping[str, object], environ: Mapping[str, str] = os.environ) -> LoadedSettings:
    """Flags win over the environment, it over the file, and that over the defaults; a flag None is not given.

    The flag `config` names the file. Raises InvalidError, naming what is wrong as the operator wrote it.
    """
    given = dict(_from_file(flags, environ)) | dict(_from_environment(environ)) | dict(_from_flags(flags))
    values: dict[str, Any] = {FIELDS[name].name: _convert(name, one) for name, one in given.items()}
    settings = Settings(**values)
    _check(settings, given)
    return LoadedSettings(settings, given)


def shown(settings: Settings, name: str) -> object:
    """The value as it may be shown: without secrets. `name` is a key of `FIELDS`."""
    value = getattr(settings, FIELDS[name].name)
    if name in _SECRETS - {"database_url"}:
        return value and _MASK
    return mask_url(value) if isinstance(value, str) else value


def own_address(settings: Settings) -> str:
    """Where people reach this Leadkeep, as far as settings tell; nobody can open an address that stands for
    all of a machine's."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - not bound to
    own = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    return settings.public_url.rstrip("/") or own


def mask_url(url: str) -> str:
    """The URL without its password, which may stand before the host or among the parameters."""
    url = re.sub(r"^([\w+.-]+://[^:@/]*):.*@", rf"\1:{_MASK}@", url)
    return re.sub(r"([?&](?:ssl)?password=)[^&]*", rf"\1{_MASK}", url)


def _from_flags(flags: Mapping[str, object]) -> Iterator[tuple[str, Given]]:
    for name, value in flags.items():
        if value is not None and name != "config":
            yield name, Given(value, "flag", _FLAGS.get(name, f"--{name.replace('_', '-')}"))


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, Given]]:
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in _OTHERS or _is_service_link(variable, text):
            continue
        name, is_file = _setting_of(variable)
        if is_file and variable.removesuffix("_FILE") in environ:
            raise InvalidError(
                variable, f"{variable} and {variable.removesuffix('_FILE')} are both set; keep one of them"
            )
        value = _read(Path(text), variable).strip() if is_file else text
        yield name, Given(_split(name, value), "environment", variable)


def _setting_of(variable: str) -> tuple[str, bool]:
    for suffix in ("", "_FILE"):
        name = variable.removeprefix(PREFIX).removesuffix(suffix)
        if variable.endswith(suffix) and name.isupper() and name.lower() in FIELDS:
            return name.lower(), bool(suffix)
    hint = _hint(variable.removeprefix(PREFIX).lower(), PREFIX)
    raise InvalidError(variable, f"{variable} is not a setting{hint}")


def _is_service_link(variable: str, text: str) -> bool:
    is_port = variable.endswith("_PORT") and _SERVICE_PORT.match(text) is not None
    return is_port or _SERVICE_LINK.match(variable) is not None


def _split(name: str, text: str) -> object:
    if FIELDS[name].type not in {_Networks, _Places}:
        return text
    return [part.strip() for part in text.split(",") if part.strip()]


def _from_file(flags: Mapping[str, object], environ: Mapping[str, str]) -> Iterator[tuple[str, Given]]:
    named = flags.get("config") or environ.get(CONFIG_VARIABLE)
    path = Path(str(named)) if named else CONFIG_FILE
    if not named and not path.exists():
        return
    for name, value in _parse(path, "--config" if flags.get("config") else CONFIG_VARIABLE).items():
        if name not in FIELDS:
            raise InvalidError(name, f"{name} in {path} is not a setting{_hint(name)}")
        yield name, Given(value, "file", f"{name} in {path}")


def _parse(path: Path, label: str) -> dict[str, Any]:
    try:
        return tomllib.loads(_read(path, label))
    except tomllib.TOMLDecodeError as error:
        raise InvalidError(label, f"{path} is not valid TOML: {error}") from None


def _read(path: Path, label: str) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InvalidError(label, f"{label}: cannot read {path}: {error.strerror}") from None
    except ValueError:
        raise InvalidError(label, f"{label}: {path} is not UTF-8 text") from None


def _convert(name: str, given: Given) -> object:
    try:
        # Variables are text whatever they mean; in a file and on the command line values have types.
        value = msgspec.convert(given.value, FIELDS[name].type, strict=given.source != "environment")
        _check_value(name, value)
    except ValueError:
        written = "" if name in _SECRETS else f", not {given.value!r}"
        raise InvalidError(given.label, f"{given.label} must be {_expects(name)}{written}") from None
    return value


def _check_value(name: str, value: Any) -> None:
    """What a type cannot say. Raises ValueError."""
    if FIELDS[name].type is _Rate:
        _check_rate(value)
    if FIELDS[name].type is _TimeZone:
        _check_time_zone(name, value)
    if FIELDS[name].type is _Sender:
        _check_sender(value)
    if FIELDS[name].type is _Networks:
        for network in value:
            ipaddress.ip_network(network)
    if FIELDS[name].type is _Places and not all(_PLACE.match(place) for place in value):
        raise ValueError


def _check_rate(text: str) -> None:
    from limits import parse_many

    # The parser takes several rates, of which only the first would hold.
    if len(parse_many(text)) != 1:
        raise ValueError


def _check_sender(text: str) -> None:
    from email.policy import default

    header = default.header_factory("From", text)
    if not text.isprintable() or header.defects or [bool(one.domain) for one in header.addresses] != [True]:
        raise ValueError


def _check_time_zone(name: str, text: str) -> None:
    from leadkeep.domain.time_zone import check_time_zone

    try:
        check_time_zone(text, name)
    except InvalidError:
        raise ValueError from None


def _expects(name: str) -> str:
    metas = FIELDS[name].type.__metadata__
    return str(next(meta.extra["expects"] for meta in reversed(metas) if meta.extra))


def _check(settings: Settings, given: Mapping[str, Given]) -> None:
    """What settings ask of one another."""

    def refuse(name: str, problem: str) -> None:
        label = given[name].label if name in given else PREFIX + name.upper()
        raise InvalidError(label, f"{label} {problem}")

    if settings.workers > 1 and settings.database.startswith("sqlite"):
        refuse("workers", "must be 1 with SQLite; more need PostgreSQL")
    if settings.oidc_issuer and not settings.oidc_client_id:
        refuse("oidc_client_id", "must be set where oidc_issuer is")
    if settings.oidc_issuer and not settings.public_url:
        refuse("public_url", "must be set where oidc_issuer is: it is where people come back to")
    if not any(getattr(settings, name) for name in _JWT):
        return
    for name in ("jwt_issuer", "jwt_audience"):
        if not getattr(settings, name):
            refuse(name, "must be set to accept JWTs")
    if bool(settings.jwt_secret) == bool(settings.jwt_jwks):
        refuse("jwt_secret", "or the setting jwt_jwks must be set to accept JWTs, and not both")
    if settings.jwt_secret and len(settings.jwt_secret.encode()) < MIN_SECRET:
        refuse("jwt_secret", f"must be at least {MIN_SECRET} bytes long")


def _hint(written: str, prefix: str = "") -> str:
    close = difflib.get_close_matches(written, FIELDS, n=1)
    if not close:
        return ""
    return f"; did you mean {prefix + close[0].upper() if prefix else close[0]}?"
