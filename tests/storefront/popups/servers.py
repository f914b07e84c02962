"""Mail servers that say no: for now, or for good."""

from smtplib import SMTPRecipientsRefused
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend


class Busy(BaseEmailBackend):
    """Try again later."""

    code = 451

    def send_messages(self, email_messages: Any) -> int:
        """Takes none."""
        raise SMTPRecipientsRefused({one.to[0]: (self.code, b"no") for one in email_messages})


class Gone(Busy):
    """There is no such mailbox."""

    code = 550
