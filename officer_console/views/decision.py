"""The decision bar: Đánh giá hồ sơ, always visible at the foot of the detail page."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.checks import Finding
from officer_console.domain.decision import Verdict
from officer_console.domain.reference import Reference
from officer_console.viewmodels.decision import DecisionViewModel, missing_picture
from officer_console.viewmodels.locks import Lock, LockKind
from officer_console.views import controls
from officer_console.views import findings as told
from officer_console.views.decision_words import judgement_text, lock_text, signed_text
from officer_console.views.plain import PlainLabel, named, set_property
from officer_console.views.theme import Kind, Role, Space

CHOOSE = "Chọn lý do…"
BUSY = "Đang ghi nhận…"
JUDGED_VALID = "Hồ sơ đã được đánh giá hợp lệ, đang chờ HGĐ trả lời"


class DecisionView(QFrame):
    """Verdict, reason, ticks, note, *Ghi nhận*, *Thoát*. ``picture_wanted`` names the picture that is missing."""

    leave_wanted = Signal()
    take_over_wanted = Signal()
    picture_wanted = Signal(object)

    def __init__(self, model: DecisionViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._reference = Reference()
        self.setObjectName("decision")
        self.setProperty("panel", "foot")
        self._controls()
        self._form = self._make_form()
        self._lock_line = PlainLabel(name="lockSentence", wrap=True)
        self._judgement = PlainLabel(role=Role.MUTED, name="judgement", wrap=True, selectable=True)
        self._take_over = controls.button("takeOver", "Nhận lại hồ sơ", self.take_over_wanted.emit)
        self._closed = self._make_closed()
        self._stood: QWidget | None = None
        self._leave = controls.button("leave", "Thoát", self.leave_wanted.emit)
        self._record = controls.button("record", "Ghi nhận", self._model.record)
        self._record.setProperty("kind", "primary")
        self._record.setToolTip("Ctrl+Enter")
        self._leave.setToolTip("Esc")
        # A click leaves the keyboard where the officer types: he may yet stay.
        self._leave.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._lay_out()
        self._order()
        model.changed.connect(self.refresh)
        model.missing.connect(self._on_missing)

    def _controls(self) -> None:
        self.valid = controls.radio("verdictValid", "Hồ sơ hợp lệ")
        self.invalid = controls.radio("verdictInvalid", "Hồ sơ không hợp lệ")
        group = QButtonGroup(self)
        for button, verdict in ((self.valid, Verdict.VALID), (self.invalid, Verdict.INVALID)):
            group.addButton(button)
            button.toggled.connect(partial(self._on_verdict, verdict))
        self._group = group
        self.reason = QComboBox()
        named(self.reason, "reason", "Lý do")
        self.reason.setMinimumContentsLength(24)
        self.reason.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.reason.activated.connect(lambda _: self._model.enter(reason_code=self.reason.currentData()))
        self.reason_text = controls.line("reasonText", "Nội dung lý do", "Viết rõ thêm cho công dân")
        self.reason_text.textEdited.connect(lambda text: self._model.enter(reason_text=text))
        self.original = controls.tick("originalCompared", "Đã đối chiếu bản gốc")
        self.original.toggled.connect(lambda on: self._model.enter(original_compared=on))
        self.signed = controls.tick("signedFormReceived", "Đã nhận tờ khai ký")
        self.signed.toggled.connect(lambda on: self._model.enter(signed_form_received=on))
        self.marks = controls.tick("marksConfirmed", "Đã xác nhận chỉ khác dấu")
        self.marks.toggled.connect(lambda on: self._model.enter(marks_confirmed=on))
        self.note = controls.line("note", "Ghi chú", "Chỉ cán bộ xem")
        self.note.textEdited.connect(lambda text: self._model.enter(note=text))
        self._errors = {
            name: PlainLabel(role=Role.ERROR, name=f"error_{name}", wrap=True)
            for name in ("verdict", "reason_code", "reason_text", "original", "signed", "note")
        }
        self._loose: tuple[Finding, ...] = ()
        self._general = PlainLabel(role=Role.ERROR, name="decisionMissing", wrap=True)
        self._fields: dict[str, tuple[QWidget, PlainLabel]] = {
            "verdict": (self.valid, self._errors["verdict"]),
            "reason_code": (self.reason, self._errors["reason_code"]),
            "reason_text": (self.reason_text, self._errors["reason_text"]),
            "ticks.original_compared": (self.original, self._errors["original"]),
            "ticks.signed_form_received": (self.signed, self._errors["signed"]),
            "note": (self.note, self._errors["note"]),
        }

    def _make_form(self) -> QWidget:
        form = QWidget()
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        verdicts = QHBoxLayout()
        verdicts.setSpacing(Space.S)
        for key, button in (("1", self.valid), ("2", self.invalid)):
            verdicts.addWidget(controls.key(key))
            verdicts.addWidget(button)
            verdicts.addSpacing(Space.S)
        ticks = QHBoxLayout()
        ticks.setSpacing(Space.L)
        ticks.addWidget(self.original)
        ticks.addWidget(self.signed)
        ticks.addStretch(1)
        tick_errors = QVBoxLayout()
        tick_errors.setSpacing(0)
        tick_errors.addWidget(self._errors["original"])
        tick_errors.addWidget(self._errors["signed"])
        grid.addLayout(verdicts, 0, 0)
        grid.addWidget(controls.label("Lý do", self.reason), 0, 1)
        grid.addWidget(self.reason, 0, 2)
        grid.addWidget(self.reason_text, 0, 3)
        grid.addWidget(self._errors["verdict"], 1, 0)
        grid.addWidget(self._errors["reason_code"], 1, 2)
        grid.addWidget(self._errors["reason_text"], 1, 3)
        grid.addLayout(ticks, 2, 0)
        grid.addWidget(controls.label("Ghi chú", self.note), 2, 1)
        grid.addWidget(self.note, 2, 2, 1, 2)
        grid.addLayout(tick_errors, 3, 0)
        grid.addWidget(self._errors["note"], 3, 2, 1, 2)
        grid.addWidget(self.marks, 4, 0)
        grid.setColumnStretch(2, 3)
        grid.setColumnStretch(3, 4)
        return form

    def _make_closed(self) -> QWidget:
        closed = QWidget()
        texts = QVBoxLayout()
        texts.setSpacing(Space.XS)
        texts.addWidget(self._lock_line)
        texts.addWidget(self._judgement)
        row = QHBoxLayout(closed)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(texts, 1)
        row.addWidget(self._take_over)
        return closed

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        buttons.setSpacing(Space.XS)
        buttons.addStretch(1)
        buttons.addWidget(self._record)
        buttons.addWidget(self._leave)
        main = QVBoxLayout()
        main.setSpacing(Space.XS)
        main.addWidget(PlainLabel("Đánh giá hồ sơ", Role.SECTION, name="decisionTitle"))
        main.addWidget(self._form)
        main.addWidget(self._closed)
        main.addWidget(self._general)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.S, Space.L, Space.M)
        row.setSpacing(Space.XL)
        row.addLayout(main, 1)
        row.addLayout(buttons)

    def _order(self) -> None:
        chain = (
            self.valid,
            self.invalid,
            self.reason,
            self.reason_text,
            self.original,
            self.signed,
            self.marks,
            self.note,
            self._record,
            self._leave,
        )
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def show_reference(self, reference: Reference) -> None:
        """Take the lists of this deployment."""
        if reference is self._reference:
            return
        self._reference = reference
        self.reason.clear()
        self.reason.addItem(CHOOSE, None)
        for reason in reference.reasons:
            self.reason.addItem(reason.label, reason.code)

    def judge(self, verdict: Verdict) -> None:
        """Choose a verdict by key and stand on it."""
        if self._model.lock is None and not self._model.busy and self._model.permits(verdict):
            button = self.valid if verdict is Verdict.VALID else self.invalid
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)
            button.setChecked(True)

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model, entered = self._model, self._model.entered
        standing = self._standing()
        self._show_lock(model.lock)
        self._show_verdict(entered.verdict)
        self.valid.setEnabled(model.permits(Verdict.VALID))
        if self.valid.isEnabled():
            self.valid.setToolTip("")
        else:
            self.valid.setToolTip(JUDGED_VALID)
        refused = entered.verdict is Verdict.INVALID
        self.reason.setEnabled(refused)
        self.reason_text.setEnabled(refused)
        self.reason.setCurrentIndex(max(0, self.reason.findData(entered.reason_code)))
        for line, text in ((self.reason_text, entered.reason_text), (self.note, entered.note)):
            if line.text() != text:
                line.setText(text)
        self.original.setChecked(entered.original_compared)
        self.signed.setChecked(entered.signed_form_received)
        self.signed.setText(signed_text(model.dossier))
        self.marks.setChecked(entered.marks_confirmed)
        self.marks.setVisible(entered.marks_confirmed)
        self._form.setEnabled(not model.busy and model.lock is None)
        self._record.setEnabled(not model.busy)
        self._record.setText(BUSY if model.busy else "Ghi nhận")
        self._forget_mended()
        self._keep_keyboard(standing)

    def _standing(self) -> QWidget | None:
        """Return the control of the form on which the keyboard stands."""
        focus = self.window().focusWidget()
        inside = focus is not None and (focus is self._record or self._form.isAncestorOf(focus))
        return focus if inside else None

    def _keep_keyboard(self, standing: QWidget | None) -> None:
        """Move the keyboard to *Thoát* when the form goes away under it, and back when recording has failed."""
        free = self._model.lock is None and not self._model.busy
        if standing is not None and not (standing.isVisibleTo(self) and standing.isEnabled()):
            self._stood = standing
            self._leave.setFocus(Qt.FocusReason.OtherFocusReason)
        elif free and self._stood is not None:
            if self.window().focusWidget() is self._leave and self._stood.isEnabled():
                self._stood.setFocus(Qt.FocusReason.OtherFocusReason)
            self._stood = None
        elif self._model.lock is not None:
            self._stood = None

    def _on_verdict(self, verdict: Verdict, on: bool) -> None:  # noqa: FBT001 - the signal's argument
        if on:
            self._model.enter(verdict=verdict)

    def _show_verdict(self, verdict: Verdict | None) -> None:
        if verdict is None:
            # An exclusive group lets nobody take the last tick away.
            self._group.setExclusive(False)
            self.valid.setChecked(False)
            self.invalid.setChecked(False)
            self._group.setExclusive(True)
        else:
            (self.valid if verdict is Verdict.VALID else self.invalid).setChecked(True)

    def _show_lock(self, lock: Lock | None) -> None:
        # Whoever lost the dossier while typing can still read what he typed.
        taken = lock is not None and lock.kind in (LockKind.LEASED, LockKind.LOST, LockKind.CHANGED)
        kept = taken and self._model.dirty
        self._form.setVisible(lock is None or kept)
        if self._form.property("kept") != kept:
            for part in (self._form, *self._form.findChildren(QWidget)):
                set_property(part, "kept", kept)
        self._record.setVisible(lock is None)
        self._closed.setVisible(lock is not None)
        if lock is None:
            return
        self._lock_line.setText(lock_text(lock))
        self._lock_line.set_tone(Kind.WARN if taken or lock.kind in (LockKind.ATTENTION, LockKind.DRAFT) else None)
        dossier = self._model.dossier
        judged = judgement_text(dossier.judgement if dossier else None, self._reference) if not taken else ""
        self._judgement.setText(judged)
        self._judgement.setVisible(bool(judged))

    def offer_take_over(self, *, offered: bool) -> None:
        """Show *Nhận lại hồ sơ* to whoever may use it."""
        self._take_over.setVisible(offered)

    @Slot(object)
    def _on_missing(self, missing: tuple[Finding, ...]) -> None:
        for widget, label in self._fields.values():
            _complain(widget, label, "")
            label.hide()
        loose: list[Finding] = []
        first: QWidget | None = None
        for finding in missing:
            place = self._fields.get(finding.field or "")
            if place is None:
                loose.append(finding)
                continue
            _complain(*place, told.marked(finding, self._reference))
            place[1].show()
            first = first or place[0]
        self._loose = tuple(loose)
        self._show_loose()
        if missing:
            said = told.text(missing[0], self._reference)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))
        picture = next((finding for finding in missing if finding.code == "picture-missing"), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        elif picture is not None:
            self.picture_wanted.emit(AttachmentKind(str(picture.data["kind"])))

    def _forget_mended(self) -> None:
        """Take a complaint away as soon as its field is filled."""
        entered = self._model.entered
        filled = {
            "verdict": entered.verdict is not None,
            "reason_code": entered.verdict is not Verdict.INVALID or entered.reason_code is not None,
            "reason_text": entered.verdict is not Verdict.INVALID or bool(entered.reason_text.strip()),
            "ticks.original_compared": entered.original_compared or entered.verdict is Verdict.INVALID,
            "ticks.signed_form_received": entered.signed_form_received or entered.verdict is Verdict.INVALID,
            "note": bool(entered.note.strip()),
        }
        for name, (widget, label) in self._fields.items():
            if filled[name]:
                _complain(widget, label, "")
            label.setVisible(bool(label.text()))
        brought = self._model.brought
        self._loose = tuple(finding for finding in self._loose if missing_picture(finding) not in brought)
        self._show_loose()

    def _show_loose(self) -> None:
        """Show the complaints that belong to no field of the bar."""
        self._general.setText("\n".join(told.marked(finding, self._reference) for finding in self._loose))
        self._general.setVisible(bool(self._loose))


def _complain(widget: QWidget, label: PlainLabel, text: str) -> None:
    """Say what is wrong beside a field, to eyes and to screen readers; an empty text takes it away."""
    label.setText(text)
    widget.setAccessibleDescription(text)
    set_property(widget, "invalid", "true" if text else "false")
