"""What the windows about printing say: the papers' names, how a printer stands, what was printed."""

from __future__ import annotations

from collections.abc import Sequence

from officer_console.devices.printers import Printer, Readiness
from officer_console.domain.papers import Paper
from officer_console.services.made_paper import Made
from officer_console.store.prints import ItemState, PrintItem, PrintRun
from officer_console.viewmodels.printing import Done
from officer_console.viewmodels.review_ports import Failure
from officer_console.views import messages, words
from officer_console.views.messages import Sentence
from officer_console.views.theme import Kind

TITLE = "In giấy tờ"
RUN_TITLE = "In hàng loạt"
NAMES: dict[Paper, str] = {
    Paper.DECLARATION: "Tờ khai (Mẫu 01)",
    Paper.INSURED: "Tờ khai TK1-TS",
    Paper.RECEIPT: "Giấy tiếp nhận hồ sơ",
    Paper.ACCEPTED: "Thông báo chấp nhận",
    Paper.REFUSED: "Thông báo không chấp nhận",
    Paper.GUIDE: "Hướng dẫn VssID",
    Paper.DAY_SHEET: "Phiếu làm việc trong ngày",
    Paper.QUEUE_LIST: "Danh sách hồ sơ",
}
MAKING = "Đang lập giấy…"
NO_PAPER = "Chưa lập được giấy."
NO_PRINTER = "Chưa có máy in nào. Kiểm tra máy in rồi bấm Tìm lại, hoặc Lưu PDF."
LISTING = "Đang tìm máy in…"
PDF_FILTER = "PDF (*.pdf)"
NONE_OUT = "Chưa tờ nào trong số này"
NOTHING_SENT = "Chưa tờ nào"
DONE = "Đã in ra &hết"
GIVE_UP = "&Bỏ phần còn lại"
GO_ON = "In tiếp"
DROP = "Bỏ"
CHOOSE_LAST = "Xem khay giấy rồi chọn"
_REWORDED = "▲ Mẫu đã đổi từ khi phát hành: nội dung giữ như bản đã phát hành, chữ in sẵn theo mẫu mới."
_CODELESS = "Chưa có khóa mã: đồng bộ trước; giấy in không có mã phải gán tay."
_READINESS = {
    Readiness.READY: ("✓ Sẵn sàng", Kind.OK),
    Readiness.STOPPED: ("▲ Đang dừng: xem giấy, mực và thông báo trên máy in", Kind.WARN),
    Readiness.OFFLINE: ("▲ Mất liên lạc: kiểm tra nguồn, dây cáp hoặc mạng", Kind.WARN),
}


def title(paper: Paper) -> str:
    """Return what a paper is called, on the screen and in the spooler."""
    return NAMES[paper]


def printer(found: Printer | None, *, listing: bool) -> tuple[str, Kind | None]:
    """Return how the chosen printer stands, and the tone of it."""
    if found is None:
        return (LISTING, None) if listing else (NO_PRINTER, Kind.WARN)
    return _READINESS[found.readiness]


def page(number: int, count: int) -> str:
    """Return which page is shown, from 0."""
    return f"Trang {number + 1}/{count}"


def times(made: Made) -> tuple[str, Kind | None]:
    """Return how often a paper was printed before and what is amiss with this print, and the tone of it."""
    again = f"Đã in {made.times} lần trên máy này. Lần này là in lại, ghi vào nhật ký." if made.times else ""
    warned = [_REWORDED] if made.reworded else []
    warned += [f"▲ {_CODELESS}"] if made.codeless else []
    return "\n".join([again, *warned] if again else warned), Kind.WARN if warned else None


def codeless(count: int) -> str:
    """Return that so many forms of a stack would have no code."""
    return f"▲ {words.number_text(count)} giấy chưa có mã. {_CODELESS}"


def done(what: Done) -> tuple[str, str]:
    """Return what was done, and what comes next."""
    name = NAMES[what.paper]
    if what.path is not None:
        return f"Đã lưu {name}", f"{what.path}: tệp không được mã hóa, giữ ở nơi an toàn."
    again = f" In lại lần {what.times}." if what.times else ""
    return f"Đã gửi {name} tới máy in {what.printer}", f"{what.copies} bản.{again}"


def file_name(paper: Paper, number: str) -> str:
    """Return a name for a PDF file: the dossier's number and no name of a person."""
    return "-".join(part for part in (paper.value.replace("_", "-"), number.replace("/", "-")) if part) + ".pdf"


def progress(run: PrintRun, *, stopping: bool) -> str:
    """Return how far a stack is."""
    parts = [f"Đã gửi máy in {run.sent}/{run.total}"]
    if run.left:
        parts.append(f"bỏ qua {run.left}")
    if stopping:
        parts.append("đang dừng sau tờ này")
    return " · ".join(parts)


def standing(run: PrintRun, unsure: PrintItem | None, *, unsigned: int) -> str:
    """Return what became of a stack, and what the officer is asked; ``unsigned`` of its notices are to be signed."""
    waiting = run.total - run.sent - run.left
    parts = [f"còn {waiting} giấy chưa in"] if waiting else []
    if unsigned:
        parts.append(f"{unsigned} thông báo phải ký số trước khi in")
    if run.unsigned > unsigned:
        parts.append(f"{run.unsigned - unsigned} thông báo đã ký số, chờ in")
    if run.away:
        parts.append(f"{run.away} giấy bị bỏ qua, chờ kết nối hoặc đồng bộ")
    line = f"{title(Paper(run.paper))}: {', '.join(parts) or 'đã gửi hết tới máy in'}."
    if unsure is not None:
        return f"{line} {_look(unsure)} rồi chọn tờ cuối cùng đã in ra."
    return f"{line} Trang cuối đã in ra chưa?" if run.sent else line


def rest(run: PrintRun, unsure: PrintItem | None) -> tuple[str, str, str]:
    """Return what there is to say of a stack that was left: the line, what it means, and the word that opens it."""
    name = title(Paper(run.paper))
    sent = f"đã gửi máy in {words.number_text(run.sent)}/{words.number_text(run.total)}"
    line = f"Chồng giấy in dở lúc {words.moment_text(run.at)}: {name}, {sent}"
    if unsure is not None:
        return line, f"{_look(unsure)}. Các tờ khác máy in đã nhận thì không in lại.", GO_ON
    if run.unsigned:
        return line, f"{words.number_text(run.unsigned)} thông báo bị bỏ qua vì chưa ký số: ký rồi in tiếp.", GO_ON
    if run.away:
        return line, f"{words.number_text(run.away)} giấy bị bỏ qua: có kết nối rồi in tiếp.", GO_ON
    if run.sent + run.left < run.total:
        return line, "In tiếp từ tờ chưa in; các tờ máy in đã nhận thì không in lại.", GO_ON
    return line, "Máy in đã nhận hết; chưa xác nhận trang cuối đã in ra.", "Xem"


def _look(unsure: PrintItem) -> str:
    return f"Tờ {unsure.place + 1}, hồ sơ {unsure.number}, chưa rõ đã in ra hay chưa: xem khay giấy của máy in"


def forms_broken(faults: Sequence[Failure]) -> Sentence:
    """Return what is wrong with the deployment's forms, each with file and line, and what comes of it."""
    told = [messages.tell(each.code, each.data) for each in faults]
    if any(each.code != "form-broken" for each in faults):
        return told[0]
    lines = "; ".join(_fault(each) for each in faults)
    every = any(not each.data.get("paper") for each in faults)
    rest = "Chưa in được giấy nào." if every else "Các mẫu khác vẫn in được."
    title = told[0].title if len(faults) == 1 else f"{len(faults)} mẫu giấy có lỗi"
    return Sentence(title=title, meaning=f"{lines}. {rest}", action=told[0].action)


def _fault(fault: Failure) -> str:
    name = fault.data.get("paper")
    known = NAMES[Paper(name)] if name in set(Paper) else name or "Từ ngữ, tên cơ quan"
    return f"{known}: tệp {fault.data['file']}, dòng {fault.data['line']} ({fault.data['rule']})"


def run_action(chosen: int) -> str:
    """Return the line of the menu for a stack of the dossiers chosen, with 0 of all in the list."""
    return f"In &hàng loạt {words.number_text(chosen)} hồ sơ đã chọn…" if chosen else "In &hàng loạt…"


def choose(chosen: int, *, none_fits: bool) -> str:
    """Return what a stack is about to be printed for: the dossiers chosen, with 0 all in the list."""
    if none_fits:
        where = "đã chọn" if chosen else "trong danh sách"
        return f"Không hồ sơ nào {where} có giấy để in hàng loạt."
    which = f"{words.number_text(chosen)} hồ sơ đã chọn" if chosen else "mọi hồ sơ trong danh sách"
    return f"In một loại giấy cho {which}"


def count(paper: Paper, dossiers: int) -> str:
    """Return for how many dossiers a paper could be printed."""
    return f"{title(paper)} · {words.count_text(dossiers, more=False)}"


def item(each: PrintItem) -> str:
    """Return a paper of a stack: its place and its dossier."""
    doubt = " · chưa rõ đã in ra hay chưa" if each.state is ItemState.SENDING else ""
    return f"{each.place + 1}. {each.number}{doubt}"


def left_out(items: tuple[PrintItem, ...]) -> str:
    """Return which dossiers were left out and why, a line each."""
    return "\n".join(f"{each.number}: {messages.tell(each.error_code or '').title}" for each in items)
