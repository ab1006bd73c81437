"""The ways to citizens that the options open: mail server, SMS gateway, or the receivers of a training central."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from urllib.parse import urlsplit

from central_server.messages.channels import GatewaySettings, Sender, SmsSender, SmtpSender, SmtpSettings
from central_server.options import Options
from officer_console.domain.message import Channel

_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


def channels(options: Options, running: ExitStack) -> Mapping[Channel, Sender]:
    """Return a sender per channel; what must be closed at the end is left to ``running``.

    Raises:
        ValueError: the SMS gateway is neither https nor on this machine.
    """
    smtp, gateway = options.smtp, options.sms_gateway
    if options.training_sinks:
        smtp, gateway = _sinks(running)
    senders: dict[Channel, Sender] = {}
    if smtp is not None:
        host, port = smtp
        # letters carry passwords: in the clear only as far as this machine itself
        settings = SmtpSettings(host=host, port=port, sender=options.smtp_from, starttls=host not in _THIS_MACHINE)
        senders[Channel.EMAIL] = SmtpSender(settings)
    if gateway is not None:
        parts = urlsplit(gateway)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _THIS_MACHINE):
            raise ValueError("the SMS gateway must be https, or http on this machine")
        senders[Channel.SMS] = SmsSender(GatewaySettings(url=gateway))
    return senders


def _sinks(running: ExitStack) -> tuple[tuple[str, int], str]:
    # only a training central needs what the receivers are built with
    from central_server.messages.sinks import SmsSink, SmtpSink

    mail, sms = SmtpSink(), SmsSink()
    for sink in (mail, sms):
        sink.start()
        running.callback(sink.stop)
    return ("127.0.0.1", mail.port), sms.url
