"""*Bàn ảnh*: the citizen's picture, the new one and the portrait on the card, side by side or one over the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.reference import Reference
from officer_console.imaging.gate import read_file
from officer_console.viewmodels.photo_desk import PhotoDeskViewModel
from officer_console.viewmodels.review_ports import Failure
from officer_console.views import controls, incoming, messages, words
from officer_console.views import photo_desk_words as said
from officer_console.views.banner import Banner
from officer_console.views.before_after import WHOLE, BeforeAfter
from officer_console.views.busy import BusyBar
from officer_console.views.file_choice import choose_files
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.picture_image import Picture
from officer_console.views.plain import Chip, PlainLabel, named, on_screen
from officer_console.views.reason_box import ReasonBox
from officer_console.views.theme import Kind, Role, Space

USUAL = QSize(1240, 680)
STEP, PAGE_STEP = 2, 10
# Three lines of advice, so that nothing moves when they come.
ADVICE_HEIGHT = 66


class PhotoDeskView(QDialog):
    """Shows a :class:`PhotoDeskViewModel`; a picture that was not accepted is gone when it is closed."""

    def __init__(
        self,
        model: PhotoDeskViewModel,
        reference: Callable[[], Reference] = Reference,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._reference = reference
        self._failed: Failure | None = None
        self._warned: tuple[tuple[str, ...], int] = ((), 1)
        named(self, "photoDesk", said.TITLE)
        self.setWindowTitle(said.TITLE)
        self.setAcceptDrops(True)
        self.resize(on_screen(self, USUAL))
        self.banner = Banner("photoDeskBanner")
        self._caption = PlainLabel(role=Role.SECTION, name="photoDeskCaption")
        self._mark = Chip(name="photoDeskMark")
        self._busy = BusyBar("photoDeskBusy", "Đang đọc ảnh")
        self.old = PictureCanvas("photoDeskOld", "Ảnh công dân gửi")
        self.new = PictureCanvas("photoDeskNew", "Ảnh mới")
        self.card = PictureCanvas("photoDeskCard", "Ảnh trên thẻ")
        self.over = BeforeAfter("photoDeskOver", "Ảnh công dân gửi và ảnh mới chồng lên nhau")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        named(self.slider, "photoDeskSlider", "Vạch giữa ảnh công dân gửi và ảnh mới")
        self.slider.setRange(0, WHOLE)
        self.slider.setValue(self.over.share)
        self.slider.setSingleStep(STEP)
        self.slider.setPageStep(PAGE_STEP)
        self._old_advice, self._new_advice = _advice("photoDeskOldAdvice"), _advice("photoDeskNewAdvice")
        self._card_note = _advice("photoDeskCardNote")
        self._make_buttons()
        self._lay_out()
        self._connect()
        self.refresh()

    def _make_buttons(self) -> None:
        self.compare = controls.button("photoDeskCompare", "&Chồng ảnh (S)", self.refresh)
        self.compare.setCheckable(True)
        self.compare.setToolTip("Đặt hai ảnh chồng lên nhau, kéo vạch để so sánh (S)")
        self.files = controls.button("photoDeskFiles", "Chọn &tệp…", self._on_files)
        self.files.setToolTip("Lấy ảnh mới từ tệp (Ctrl+O)")
        self.paste = controls.button("photoDeskPaste", "D&án", self.paste_picture)
        self.paste.setToolTip("Lấy ảnh đã sao chép (Ctrl+V)")
        self.rotate = controls.button("photoDeskRotate", "&Xoay (R)", self._model.rotate)
        self.undo = controls.button("photoDeskUndo", "&Hoàn tác", self._model.undo)
        self.undo.setToolTip("Lấy lại ảnh trước (Ctrl+Z)")
        self.accept_button = controls.button("photoDeskAccept", "&Dùng ảnh mới", self._on_accept)
        self.accept_button.setProperty("kind", "primary")
        self.close_button = controls.button("photoDeskClose", "Đón&g", self.close)
        self.reason = ReasonBox("photoDeskReason", "Lý do thay ảnh")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._caption)
        head.addWidget(self._mark)
        head.addStretch(1)
        for tool in (self.compare, self.rotate, self.files, self.paste):
            head.addWidget(tool)
        self._old_side = _side("Ảnh công dân gửi", self.old, self._old_advice)
        self._new_side = _side("Ảnh mới", self.new, self._new_advice)
        self._card_side = _side("Ảnh trên thẻ", self.card, self._card_note)
        self._over_side = QWidget()
        column = QVBoxLayout(self._over_side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        titles = QHBoxLayout()
        titles.addWidget(PlainLabel("← Ảnh công dân gửi", Role.SECONDARY))
        titles.addStretch(1)
        titles.addWidget(PlainLabel("Ảnh mới →", Role.SECONDARY))
        column.addLayout(titles)
        column.addWidget(self.over, 1)
        column.addWidget(self.slider)
        pictures = QHBoxLayout()
        pictures.setSpacing(Space.M)
        for side, stretch in ((self._old_side, 1), (self._new_side, 1), (self._over_side, 2), (self._card_side, 1)):
            pictures.addWidget(side, stretch)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(controls.label("Lý do thay ảnh", self.reason))
        foot.addWidget(self.reason, 1)
        foot.addSpacing(Space.M)
        for button in (self.undo, self.accept_button, self.close_button):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self._busy)
        column.addWidget(self.banner)
        column.addLayout(pictures, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self._model.changed.connect(self.refresh)
        self._model.pictures.image_ready.connect(self.refresh)
        self.slider.valueChanged.connect(self.over.set_share)
        self.over.moved.connect(self.slider.setValue)
        self.reason.answered.connect(self._on_answered)
        for keys, done in (
            ("S", self.compare.click),
            ("R", self.rotate.click),
            ("Ctrl+O", self.files.click),
            ("Ctrl+V", self.paste_picture),
            ("Ctrl+Z", self.undo.click),
            ("Ctrl+Return", self.accept_button.click),
            ("Ctrl+Enter", self.accept_button.click),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(done)

    @Slot(object)
    def begin(self, kind: AttachmentKind) -> None:
        """Lay a picture of the open dossier on the desk, without blocking the window."""
        self._failed, self._warned = None, ((), 1)
        self.banner.clear()
        self.compare.setChecked(False)
        self._model.begin(kind)
        self.reason.offer(said.REASONS if self._model.old is not None else said.REASONS_MISSING)
        self.open()
        self.files.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def begin_with_file(self, kind: AttachmentKind) -> None:
        """Lay a picture on the desk and ask for the file that takes its place."""
        if not self.isVisible():
            self.begin(kind)
            self._on_files()

    @Slot()
    def reject(self) -> None:
        """Close, but for a picture that is being sealed: nothing may be recorded without it meanwhile."""
        if not self._model.accepting:
            super().reject()

    def done(self, result: int) -> None:
        """Clear the desk, however the dialog ends."""
        self._model.end()
        super().done(result)

    @Slot()
    def paste_picture(self) -> None:
        """Take what was copied elsewhere."""
        mime = QGuiApplication.clipboard().mimeData()
        found = incoming.sources(mime) if mime is not None else []
        if found:
            self._model.take(found[0])
        else:
            self.banner.show_result(Kind.INFO, "Chưa có ảnh hoặc tệp nào được sao chép.")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file or picture may be dropped."""
        if incoming.wanted(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take it."""
        found = incoming.sources(event.mimeData())
        if found:
            self._model.take(found[0])
            event.acceptProposedAction()

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model = self._model
        if not model.active:
            # A dossier that was left takes the desk along.
            if self.isVisible():
                self.done(QDialog.DialogCode.Rejected)
            return
        candidate, editable = model.candidate, model.pictures.editable
        old = _picture(model.pictures.image(model.old))
        new = _picture(candidate.picture if candidate is not None else model.pictures.image(model.new))
        both = old is not None and new is not None
        self._caption.setText(words.label(self._reference(), "attachment", model.kind.value))
        self._show_state(waiting=candidate is not None)
        self._busy.set_busy(model.busy)
        over = both and self.compare.isChecked()
        self.compare.setEnabled(both)
        for side, shown in ((self._old_side, not over), (self._new_side, not over), (self._over_side, over)):
            side.setVisible(shown)
        self.over.show_pictures(old, new)
        self.old.show_picture(old, self._missing(model.old, said.NO_OLD))
        self.new.show_picture(new, said.READING if model.busy else self._missing(model.new, said.NO_NEW))
        _tell(self._old_advice, *said.advice(model.looks(model.old), model.kind), there=old is not None)
        looks = candidate.looks if candidate is not None else model.looks(model.new)
        _tell(self._new_advice, *said.advice(looks, model.kind), there=new is not None)
        self._show_card()
        accepts = candidate is not None and editable and not model.busy
        self.accept_button.setEnabled(accepts)
        self.reason.setEnabled(candidate is not None and editable)
        if candidate is None:
            self.reason.forget()
        self.rotate.setEnabled(editable and not model.busy and (candidate is not None or model.new is not None))
        self.undo.setEnabled(editable and (candidate is not None or model.pictures.can_undo))
        for source in (self.files, self.paste):
            source.setEnabled(editable)
        self.close_button.setEnabled(not model.accepting)
        self._show_told()

    def _show_state(self, *, waiting: bool) -> None:
        accepted = self._model.new is not None
        self._mark.setVisible(waiting or accepted)
        if waiting:
            self._mark.show_state("Ảnh mới chưa dùng", Kind.WARN)
        else:
            self._mark.show_state("◆ Đã thay", Kind.INFO)

    def _show_card(self) -> None:
        model = self._model
        self._card_side.setVisible(model.kind is AttachmentKind.PORTRAIT)
        found = _picture(model.card_portrait)
        missing = said.NO_FACE if model.card_searched else said.SEARCHING
        if model.card is None:
            missing = said.NO_CARD
        self.card.show_picture(found, missing)
        _tell(self._card_note, "Cắt từ ảnh mặt trước của thẻ.", None, there=found is not None)

    def _show_told(self) -> None:
        """Show what went wrong, else which other dossiers have the picture; what was put away is not shown again."""
        model = self._model
        candidate = model.candidate
        if candidate is not None and candidate.looks is not None:
            numbers = candidate.looks.elsewhere
        else:
            numbers = model.elsewhere(model.new) or model.elsewhere(model.old)
        pages = candidate.pages if candidate is not None else 1
        failed = model.failure
        if (failed, (numbers, pages)) == (self._failed, self._warned):
            return
        self._failed, self._warned = failed, (numbers, pages)
        if failed is not None:
            self.banner.show_sentence(messages.tell(failed.code, failed.data, self._reference()))
        elif numbers:
            self.banner.show_result(
                Kind.WARN, said.elsewhere(numbers), "Đối chiếu người và giấy tờ trước khi đánh giá."
            )
        elif pages > 1:
            self.banner.show_result(Kind.INFO, said.pages(pages), said.OTHER_PAGES)
        else:
            self.banner.clear()

    def _missing(self, sha256: str | None, nothing: str) -> str:
        """Return what stands in place of a picture that cannot be shown."""
        failed = self._model.pictures.image_failure(sha256)
        if failed is not None:
            return f"Không xem được ảnh.\n{messages.tell(failed.code, failed.data, self._reference()).title}."
        return nothing if sha256 is None else "Đang tải ảnh…"

    @Slot()
    def _on_files(self) -> None:
        choose_files(self, "Thay ảnh", lambda paths: self._model.take(partial(read_file, paths[0])), many=False)

    @Slot()
    def _on_accept(self) -> None:
        self.reason.give(self._model.accept, self.banner, said.NO_REASON)

    @Slot()
    def _on_answered(self) -> None:
        self.banner.clear()
        self._failed, self._warned = None, ((), 1)
        self._show_told()


def desk_button(pressed: Callable[[], object]) -> QPushButton:
    """Return the button that opens the desk."""
    made = controls.button("photoDeskButton", said.TITLE, pressed)
    made.setToolTip("Đặt ảnh cũ, ảnh mới và ảnh trên thẻ cạnh nhau (B)")
    return made


def _advice(name: str) -> PlainLabel:
    made = PlainLabel(name=name, wrap=True)
    made.setMinimumHeight(ADVICE_HEIGHT)
    made.setAlignment(Qt.AlignmentFlag.AlignTop)
    return made


def _tell(label: PlainLabel, text: str, tone: Kind | None, *, there: bool) -> None:
    label.setText(text if there else "")
    label.set_tone(tone if there else None)


def _side(title: str, canvas: PictureCanvas, note: PlainLabel) -> QWidget:
    side = QWidget()
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.XS)
    column.addWidget(PlainLabel(title, Role.SECONDARY, name=f"{canvas.objectName()}Head"))
    column.addWidget(canvas, 1)
    column.addWidget(note)
    return side


def _picture(found: object) -> Picture | None:
    return found if isinstance(found, Picture) else None
