"""What each setting is for, as the page of settings says it."""

from leadkeep.console.marking import _

GROUPS: dict[str, dict[str, str]] = {
    _("The server"): {
        "database_url": _("Where everything is stored."),
        "host": _("The address to listen on."),
        "port": _("The port to listen on."),
        "public_url": _("Where people reach this Leadkeep: what links in messages and mail begin with."),
        "workers": _("Processes that serve; more than one needs PostgreSQL."),
        "trusted_proxies": _("Addresses or networks whose X-Forwarded-For is believed."),
        "time_zone": _("Whose days and hours leads are counted by, where people have chosen none."),
        "shutdown_timeout": _("Seconds that requests under way have to end in."),
        "log_level": _("How much is logged."),
        "access_log": _("Whether each request is logged."),
    },
    _("Limits"): {
        "public_rate_per_address": _("How many leads a stranger may leave from one address, in each worker."),
        "public_rate_per_bot": _("How many leads strangers may leave with one bot, in each worker."),
        "api_rate_per_key": _("How many requests one key may make of the API, in each worker."),
        "capture_queue": _("Captures that may wait for the database at once, in each worker."),
    },
    _("Delivery"): {
        "deliver_to": _("Hosts, addresses and networks that events may go to although they are private."),
        "keep_events": _("Days that events are kept, and what was delivered of them."),
        "smtp_host": _("The server that mail is sent by; empty sends none."),
        "smtp_port": _("Its port."),
        "smtp_tls": _("How the connection to it is secured: after a greeting, from the start, or not."),
        "smtp_user": _("Whom to log in as there."),
        "smtp_password": _("The password that goes with it."),
        "smtp_from": _("Whom mail is from."),
    },
    _("Single sign-on"): {
        "oidc_issuer": _("Whose sign-in people may use for the console (OpenID Connect); empty for none."),
        "oidc_client_id": _("What the provider knows this Leadkeep as."),
        "oidc_client_secret": _("What goes with it; empty for a public client."),
        "oidc_name": _("What the button says."),
    },
    _("JWTs"): {
        "jwt_issuer": _("The issuer of JWTs to accept at the API; empty accepts none."),
        "jwt_audience": _("The audience that they must be for."),
        "jwt_secret": _("What they are signed with (HS256)."),
        "jwt_jwks": _("Or the issuer's public keys (RS256, ES256): a URL or a file."),
        "jwt_permissions_claim": _("The claim that holds permissions."),
        "jwt_bots_claim": _("The claim that names bots."),
    },
}
"""In English; by group, by the name that operators know it by."""
