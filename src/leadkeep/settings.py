"""Every setting, typed, in one place."""

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings in force. Defaults are safe and good."""

    database: str = "sqlite:///leadkeep.db"
    host: str = "127.0.0.1"
    port: int = 8420
    workers: int = 1
    log_level: str = "info"
    access_log: bool = True
    trusted_proxies: tuple[str, ...] = ()
    public_rate_per_address: str = "30/minute"
    public_rate_per_bot: str = "600/minute"
    capture_queue: int = 2_000
    shutdown_timeout: int = 30
    jwt_issuer: str = ""
    jwt_audience: str = ""
    jwt_secret: str = ""
    jwt_jwks: str = ""
    jwt_permissions_claim: str = "permissions"
    jwt_bots_claim: str = "bots"
