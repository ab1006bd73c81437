"""*Ký số*: which certificate signs, its PIN, and how far the batch is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from officer_console.domain.deadline import VIETNAM
from officer_console.viewmodels.review_ports import Failure
from officer_console.viewmodels.signing import Offer, SigningViewModel
from officer_console.views import controls, messages, signing_words, words
from officer_console.views.banner import Banner
from officer_console.views.busy import BusyBar
from officer_console.views.fields import ChoiceField, TextField
from officer_console.views.file_choice import choose_files
from officer_console.views.plain import ElidedLabel, PlainLabel, named, panel
from officer_console.views.signing_sentences import LAST_TRY, STATES, WRONG_BEFORE
from officer_console.views.theme import Kind, Role, Space

TITLE = "Ký số"
WIDTH = 600
NOTHING_CHOSEN = "Chọn chứng thư số"
KEY_FILES = "Tệp chứng thư (*.p12 *.pfx *.P12 *.PFX)"
_SECRET = (
    Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText | Qt.InputMethodHint.ImhSensitiveData
)


class SigningDialog(QDialog):
    """Shows a :class:`SigningViewModel`; accepted when the whole batch is signed. It remembers no PIN."""

    def __init__(self, model: SigningViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "signingDialog", TITLE)
        self.setWindowTitle(TITLE)
        self.setMinimumWidth(WIDTH)
        self.setModal(True)
        self._model = model
        self._told: object = None
        self._was_signing = self._was_listing = False
        self.banner = Banner("signingBanner")
        self._count = PlainLabel(role=Role.SECONDARY, name="signingCount", wrap=True)
        self._numbers = PlainLabel(role=Role.SECONDARY, name="signingNumbers", wrap=True)
        self._busy = BusyBar("signingBusy", "Đang tìm chứng thư số")
        self.certificate = ChoiceField("Chứng thư số", "signingCertificate")
        # a long name is cut in the list and does not widen the dialog
        self.certificate.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.certificate.chosen.connect(lambda: model.choose(self.certificate.value))
        self.again = controls.button("signingAgain", "&Tìm lại", model.refresh)
        self.file = controls.button("signingFile", "Chọn tệ&p…", self._on_file)
        self._facts = {name: ElidedLabel(name=f"signing{name}") for name in ("Issuer", "Validity", "Token")}
        self.pin = TextField("Mã PIN", "signingPin", longest=64)
        self.pin.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.line.setInputMethodHints(_SECRET)
        self.pin.entered.connect(self._on_sign)
        self.pin.line.textChanged.connect(self._show_buttons)
        self.progress = QProgressBar()
        named(self.progress, "signingProgress", "Tiến độ ký")
        self.progress.setTextVisible(False)
        self.sign = controls.button("signingSign", "&Ký", self._on_sign)
        self.sign.setProperty("kind", "primary")
        self.stop = controls.button("signingStop", "&Dừng", model.stop)
        self.close_button = controls.button("signingClose", "Đón&g", self.reject)
        self._lay_out()
        model.changed.connect(self.refresh)
        model.moved.connect(self._show_progress)
        model.finished.connect(self._on_finished)
        self.refresh()

    def _lay_out(self) -> None:
        choice = QHBoxLayout()
        choice.setSpacing(Space.S)
        choice.addWidget(self.certificate, 1)
        for tool in (self.file, self.again):
            choice.addWidget(tool, 0, Qt.AlignmentFlag.AlignBottom)
        ground = panel("surface", name="signingFacts")
        grid = QGridLayout(ground)
        grid.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(1, 1)
        for row, (label, value) in enumerate(
            zip(("Đơn vị cấp", "Hiệu lực", "USB ký số"), self._facts.values(), strict=True)
        ):
            grid.addWidget(PlainLabel(label, Role.MUTED), row, 0)
            grid.addWidget(value, row, 1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addStretch(1)
        for button in (self.stop, self.sign, self.close_button):
            foot.addWidget(button)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(PlainLabel(TITLE, Role.TITLE, name="signingTitle"))
        column.addWidget(self._count)
        column.addWidget(self._numbers)
        column.addWidget(self._busy)
        column.addWidget(self.banner)
        column.addLayout(choice)
        column.addWidget(ground)
        column.addSpacing(Space.S)
        column.addWidget(self.pin)
        column.addWidget(self.progress)
        column.addSpacing(Space.S)
        # Room to spare is not the fields'.
        column.addStretch(1)
        column.addLayout(foot)

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model = self._model
        self._busy.set_busy(model.listing)
        self._show_offers()
        self._show_progress()
        self._show_banner()
        self._show_buttons()
        if self._was_signing and not model.signing:
            self.pin.line.clear()
            if model.batch.left:
                self.pin.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._was_signing = model.signing
        if self._was_listing and not model.listing and model.ready:
            self.pin.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._was_listing = model.listing
        self._make_room()

    def reject(self) -> None:
        """Close; while documents are being signed stop that first."""
        if self._model.signing:
            self._model.stop()
            return
        self._forget()
        super().reject()

    def _make_room(self) -> None:
        """Grow where lines were added: a dialog does not do so by itself for texts that break."""
        self._column.activate()
        needed = self._column.totalHeightForWidth(self.width())
        if needed > self.height():
            self.resize(self.width(), needed)

    def _show_offers(self) -> None:
        model, offer = self._model, self._model.offer
        first = "Đang tìm…" if model.listing else NOTHING_CHOSEN
        self.certificate.fill([("", first), *((each.key, _title(each)) for each in model.offers)])
        self.certificate.choose(model.chosen)
        known = offer.certificate if offer is not None else None
        issuer = known.issuer if known is not None else words.NOTHING
        validity, token = words.NOTHING, words.NOTHING
        if known is not None:
            validity = f"{_day(known.not_before)} – {_day(known.not_after)}"
            token = f"{known.token} ({known.serial})"
        elif offer is not None:
            issuer, token = "Đọc từ tệp sau khi nhập mật khẩu", "Không dùng, ký bằng tệp"
        for label, text in zip(self._facts.values(), (issuer, validity, token), strict=True):
            label.setText(text)
        self.pin.set_label("Mật khẩu của tệp" if offer is not None and offer.choice.file else "Mã PIN")

    @Slot()
    def _show_progress(self) -> None:
        batch = self._model.batch
        total, left = len(batch.documents), len(batch.left)
        self._count.setText(
            f"Đã ký {words.number_text(batch.signed)} trong {words.number_text(total)} văn bản"
            if left < total
            else f"{words.number_text(total)} văn bản chờ ký"
        )
        numbers = signing_words.numbers(batch.series, over=not left, refused=bool(batch.refused))
        self._numbers.setText(numbers)
        self._numbers.setVisible(bool(numbers))
        self.progress.setRange(0, max(1, total))
        self.progress.setValue(total - left)
        self.progress.setVisible(self._model.signing or 0 < left < total)

    def _show_banner(self) -> None:
        model, offer = self._model, self._model.offer
        now = (model.failure, not model.batch.left, offer.pin if offer is not None else None, offer and offer.key)
        if now == self._told or model.signing:
            return
        self._told = now
        if not model.batch.left and model.batch.documents:
            self._show_result()
        elif model.failure is not None:
            self._show_failure(model.failure)
        elif offer is not None and offer.trouble:
            self._show_failure(Failure(code=offer.trouble))
        elif offer is not None and offer.pin.value in _PINS:
            self.banner.show_result(Kind.WARN, *_PINS[offer.pin.value])
        else:
            self.banner.clear()

    def _show_result(self) -> None:
        batch = self._model.batch
        done = f"Đã ký {words.number_text(batch.signed)} văn bản"
        if not batch.refused:
            self.banner.show_result(Kind.OK, done)
            return
        told = [messages.tell(error.code, error.data) for error in batch.errors]
        title = f"{done}, {words.number_text(len(batch.refused))} văn bản không ký được"
        body = told[0].body if len(told) == 1 else "; ".join(each.title for each in told) + "."
        self.banner.show_result(Kind.WARN, title, body)

    def _show_failure(self, failure: Failure) -> None:
        self.banner.show_sentence(messages.tell(failure.code, failure.data))

    @Slot()
    def _show_buttons(self) -> None:
        model = self._model
        over = not model.batch.left
        self.sign.setText("&Ký tiếp" if len(model.batch.left) < len(model.batch.documents) else "&Ký")
        self.sign.setEnabled(model.ready and bool(self.pin.text))
        self.sign.setVisible(not over and not model.signing)
        self.stop.setVisible(model.signing)
        self.stop.setEnabled(not model.stopping)
        self.close_button.setEnabled(not model.signing)
        self.file.setVisible(model.key_files)
        for control in (self.certificate.control, self.file, self.again):
            control.setEnabled(not model.signing and not over)
        self.again.setEnabled(not model.listing and not model.signing and not over)
        self.pin.control.setEnabled(model.ready)

    @Slot()
    def _on_sign(self) -> None:
        if self._model.ready and self.pin.text:
            self._model.sign(self.pin.text)
            self._forget()

    def _on_file(self) -> None:
        def chosen(paths: Sequence[Path]) -> None:
            if paths:
                self._model.choose_file(paths[0])

        choose_files(self, "Chọn tệp chứng thư", chosen, many=False).setNameFilter(KEY_FILES)

    @Slot()
    def _on_finished(self) -> None:
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget(self) -> None:
        self.pin.line.clear()


_PINS = {"last-try": LAST_TRY, "wrong-before": WRONG_BEFORE}


def _title(offer: Offer) -> str:
    if offer.certificate is None:
        return Path(offer.choice.file).name
    until = f"đến {_day(offer.certificate.not_after)}"
    return f"{offer.certificate.subject or words.NOTHING} · {STATES.get(offer.trouble, until)}"


def _day(at: datetime) -> str:
    return words.date_text(at.astimezone(VIETNAM).date())
