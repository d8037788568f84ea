"""Certificates of an authority that only those know who are told of it."""

import ssl

import trustme


def server_context(*names: str) -> ssl.SSLContext:
    """For a server with a certificate that nobody has reason to trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(*names).configure_cert(context)
    return context
