"""Telegram and webhooks: each event once."""

from auriga.host.messages._announcements import Announcements
from auriga.host.messages._sent import said_file

__all__ = [
    "Announcements",
    "said_file",
]
