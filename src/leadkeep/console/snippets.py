"""What is pasted elsewhere to put a bot to use. Ids and addresses need no quoting."""

import msgspec

_LEAD = '{"bot_id": "%s", "name": "Ada Lovelace", "email": "ada@example.com"}'
_WIDGET = """\
<script type="module">
  import Chatbot from 'https://cdn.jsdelivr.net/npm/flowise-embed/dist/web.js';
  Chatbot.init({
    chatflowid: '%(bot)s',
    apiHost: '%(address)s',
    theme: { chatWindow: { errorMessage: %(sorry)s } },
  });
</script>"""


def widget(address: str, bot_id: str, sorry: str) -> str:
    """Flowise's embedded widget. `sorry` is what it answers whatever is asked after the form."""
    quoted = msgspec.json.encode(sorry).decode().replace("<", "\\u003c")
    return _WIDGET % {"bot": bot_id, "address": address, "sorry": quoted}


def capture(address: str, bot_id: str, token: str) -> str:
    """A command that leaves a lead by the native API."""
    return (
        f"curl {address}/api/v2/leads \\\n"
        f'  -H "Authorization: Bearer {token}" \\\n'
        f"  -H 'Content-Type: application/json' \\\n"
        f"  -d '{_LEAD % bot_id}'"
    )


def asking(address: str, what: str, token: str) -> str:
    """A command that reads from the native API; `what` is a path below it."""
    return f"curl '{address}/api/v2/{what}' -H 'Authorization: Bearer {token}'"


def conversations(address: str, bot_id: str, token: str) -> str:
    """A command that reads leads as scripts made for ChatNode do."""
    return f'curl -X POST {address}/v1/get-conversation-ids/{bot_id} \\\n  -H "Authorization: Bearer {token}"'
