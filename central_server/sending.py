"""The ways to citizens that the options open: mail server, SMS gateway, or the receivers of a training central."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from central_server.messages.channels import GatewaySettings, Sender, SmsSender, SmtpSender, SmtpSettings
from central_server.options import Options
from central_server.secret_files import read_secret
from officer_console.domain.message import Channel

_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


class SendingError(ValueError):
    """The options open no way to citizens; the message says why."""


def channels(options: Options, running: ExitStack) -> Mapping[Channel, Sender]:
    """Return a sender per channel; what must be closed at the end is left to ``running``.

    Raises:
        SendingError: an option lacks another, the SMS gateway is neither https nor on this machine, or a file of
            certificates cannot be read.
        SecretFileError: a file of a secret cannot be used.
    """
    senders: dict[Channel, Sender] = {}
    if options.training_sinks:
        (host, port), gateway = _sinks(running)
        senders[Channel.EMAIL] = SmtpSender(
            SmtpSettings(host=host, port=port, sender=options.smtp_from, starttls=False)
        )
        senders[Channel.SMS] = SmsSender(GatewaySettings(url=gateway))
        return senders
    _agree(options)
    if options.smtp is not None:
        host, port = options.smtp
        settings = SmtpSettings(
            host=host,
            port=port,
            sender=options.smtp_from,
            # letters carry passwords: in the clear only as far as this machine itself
            starttls=host not in _THIS_MACHINE or options.smtp_ca is not None,
            ca_file=options.smtp_ca,
            username=options.smtp_user,
            password=None if options.smtp_password_file is None else read_secret(options.smtp_password_file),
        )
        with _certificates("--smtp-ca"):
            senders[Channel.EMAIL] = SmtpSender(settings)
    if options.sms_gateway is not None:
        token = None if options.sms_token_file is None else read_secret(options.sms_token_file)
        with _certificates("--sms-ca"):
            senders[Channel.SMS] = SmsSender(
                GatewaySettings(url=options.sms_gateway, token=token, ca_file=options.sms_ca)
            )
    return senders


def _agree(options: Options) -> None:
    if (options.smtp_user is None) != (options.smtp_password_file is None):
        raise SendingError("--smtp-user and --smtp-password-file belong together")
    if not (options.smtp_user or "").isascii():
        raise SendingError("--smtp-user: ASCII expected")
    if options.smtp is None and (options.smtp_user is not None or options.smtp_ca is not None):
        raise SendingError("--smtp-user and --smtp-ca need --smtp")
    if options.sms_gateway is None:
        if options.sms_token_file is not None or options.sms_ca is not None:
            raise SendingError("--sms-token-file and --sms-ca need --sms-gateway")
        return
    parts = urlsplit(options.sms_gateway)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _THIS_MACHINE):
        raise SendingError("--sms-gateway: it must be https, or http on this machine")
    if options.sms_ca is not None and parts.scheme != "https":
        raise SendingError("--sms-ca: the gateway is not https")


@contextmanager
def _certificates(option: str) -> Iterator[None]:
    try:
        yield
    except ssl.SSLError:
        raise SendingError(f"{option}: no certificates in PEM in this file") from None
    except OSError as error:
        raise SendingError(f"{option}: {error.strerror}") from None


def _sinks(running: ExitStack) -> tuple[tuple[str, int], str]:
    # only a training central needs what the receivers are built with
    from central_server.messages.sinks import SmsSink, SmtpSink

    mail, sms = SmtpSink(), SmsSink()
    for sink in (mail, sms):
        sink.start()
        running.callback(sink.stop)
    return ("127.0.0.1", mail.port), sms.url
