"""HEAD wherever there is GET (RFC 9110, 9.3.2), for frameworks that want a route for each."""

from leadkeep.web.asgi import Application, Message, Receive, Scope, Send


def with_heads(application: Application) -> Application:
    """Answers HEAD as the application answers GET, without the body; an answer without end ends at once."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await application(scope, receive, send)
            return
        ended = False

        async def send_head(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                await send(message)
            elif not ended:
                ended = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await application({**scope, "method": "GET"}, receive, send_head)

    return answered
