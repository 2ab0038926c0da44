"""A mail server that receives for real, on a port of this machine."""

import socket
from asyncio import WriteTransport
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from lms.settings import Settings


@dataclass
class Mailbox:
    """What came in. ``refused``: addresses it does not take; ``busy``: not now. ``hangs_up``: it takes a
    message and drops the line unsaid."""

    address: str = ""
    messages: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)
    hangs_up: bool = False

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.busy:
            return "451 4.2.1 Come back later"
        if address in self.refused:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append(message_from_bytes(content, policy=default))
        if self.hangs_up and isinstance(server.transport, WriteTransport):
            server.transport.abort()
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if message["To"] == address]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def smtp(fresh: Flask) -> Iterator[Mailbox]:
    """The mail server that the application sends to."""
    port = free_port()
    mailbox = Mailbox(f"smtp://127.0.0.1:{port}")
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    before: Settings = fresh.config["SETTINGS"]
    fresh.config["SETTINGS"] = replace(before, smtp=mailbox.address)
    yield mailbox
    fresh.config["SETTINGS"] = before
    controller.stop()
