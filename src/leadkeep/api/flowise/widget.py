"""What the embedded widget (npm `flowise-embed` 3.1.6) reads at its start."""

import msgspec

from leadkeep.domain.bot import Bot


def render_config(bot: Bot) -> bytes:
    """The bot's lead form in the widget's words. `flowData` is left out: there is no flow here."""
    form = bot.form
    return msgspec.json.encode(
        {
            "leads": {
                "status": form.enabled,
                "title": form.title,
                "successMessage": form.success_message,
                "name": form.ask_name,
                "email": form.ask_email,
                "phone": form.ask_phone,
            },
            "starterPrompts": {},
            "chatFeedback": {"status": False},
            "followUpPrompts": {"status": False},
            "fullFileUpload": {"status": False},
            "uploads": {
                "isSpeechToTextEnabled": False,
                "isImageUploadAllowed": False,
                "isRAGFileUploadAllowed": False,
                "imgUploadSizeAndTypes": [],
                "fileUploadSizeAndTypes": [],
            },
            "isTTSEnabled": False,
        }
    )
