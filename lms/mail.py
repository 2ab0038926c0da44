"""One message over SMTP, or into a folder in development. Only jobs call this."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit

TIMEOUT = 20


class MailServerAway(OSError):
    """The server cannot be reached or does not let us in: no fault of the message, and the next one would meet the same."""


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
        """Raises MailServerAway, or another OSError or smtplib.SMTPException when this message was not accepted."""
        # A folder is read with the naked eye, and a link must stay in one piece there.
        mail = self._compose(message, encoding="8bit" if self.address is None else "quoted-printable")
        if self.address is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{message.id}.eml").write_bytes(mail.as_bytes())
            return
        server = self._enter(self.address)
        try:
            server.send_message(mail)
        finally:
            with suppress(OSError, smtplib.SMTPException):  # it was accepted or not: how we part changes neither
                server.quit()

    def greet(self) -> None:
        """Connect and leave again. Raises MailServerAway."""
        if self.address is not None:
            self._enter(self.address).close()

    def _enter(self, address: str) -> smtplib.SMTP:
        url = urlsplit(address)
        host, port = url.hostname or "localhost", url.port or (465 if url.scheme == "smtps" else 25)
        context = ssl.create_default_context()
        try:
            if url.scheme == "smtps":
                server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
            else:
                server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerAway(str(error)) from error
        try:
            server.ehlo()
            if url.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
        except (OSError, smtplib.SMTPException) as error:
            server.close()
            raise MailServerAway(str(error)) from error
        return server

    def _compose(self, message: Message, *, encoding: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = self.sender, message.to
        mail["Subject"] = " ".join(message.subject.split())
        mail["Message-ID"] = f"<{message.id}@takwin>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body, cte=encoding)
        return mail
