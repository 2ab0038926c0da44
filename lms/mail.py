"""One message over SMTP, or into a folder in development. Only jobs call this."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit

TIMEOUT = 20


@dataclass(frozen=True)
class Message:
    """``id`` is derived from the outbox row, so a message sent twice is recognised as one."""

    id: str
    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class MailServer:
    """``address`` is ``smtp://user:password@host:port`` (STARTTLS when offered) or ``smtps://…``; None writes ``.eml`` files."""

    address: str | None
    sender: str
    folder: Path

    def send(self, message: Message) -> None:
        """Raises OSError or smtplib.SMTPException when it was not accepted."""
        mail = self._compose(message)
        if self.address is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{message.id}.eml").write_bytes(mail.as_bytes())
            return
        url = urlsplit(self.address)
        host, port = url.hostname or "localhost", url.port or (465 if url.scheme == "smtps" else 25)
        context = ssl.create_default_context()
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        with server:
            server.ehlo()
            if url.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(mail)

    def _compose(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = self.sender, message.to
        mail["Subject"] = " ".join(message.subject.split())
        mail["Message-ID"] = f"<{message.id}@takwin>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body)
        return mail
