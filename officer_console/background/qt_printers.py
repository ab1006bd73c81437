"""Printers through Qt, for Windows: pages as pixels at the printer's own resolution, handed on in bands.

The driver gets them in memory and writes nothing of its own; what the spooler keeps is the system's. On Linux Qt would
write a file first, see ``officer_console.devices.cups``.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from officer_console.devices.printers import Order, Printer, PrintError, Readiness
from officer_console.documents import raster

DPI_LIMIT = 600
FILES = "PDF"
_READINESS = {
    QPrinter.PrinterState.Error: Readiness.STOPPED,
    QPrinter.PrinterState.Aborted: Readiness.STOPPED,
}


class QtPrinters:
    """The printers Qt finds. ``folder`` takes PDF files in place of paper, for a printer of any name."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._printed = 0

    def all(self) -> tuple[Printer, ...]:
        """Return the printers, as ``Printers`` says."""
        if self._folder is not None:
            return (Printer(name=FILES, usual=True),)
        usual = QPrinterInfo.defaultPrinterName()
        return tuple(
            Printer(
                name=info.printerName(),
                readiness=_READINESS.get(info.state(), Readiness.READY),
                usual=info.printerName() == usual,
            )
            for info in QPrinterInfo.availablePrinters()
        )

    def send(self, pdf: bytes, order: Order) -> None:
        """Hand a paper over, as ``Printers`` says.

        Raises:
            PrintError: see there.
        """
        printer = self._ready(order)
        pages = order.pages or tuple(range(raster.page_count(pdf)))
        self._turn(printer, pdf, pages[0])
        painter = QPainter()
        if not painter.begin(printer):
            raise PrintError("printer-refused", order.printer)
        try:
            for place, page in enumerate(pages):
                if place:
                    self._turn(printer, pdf, page)
                    _begin_page(printer, order)
                self._draw(painter, printer, pdf, page)
        except PrintError:
            printer.abort()
            raise
        finally:
            painter.end()

    def _ready(self, order: Order) -> QPrinter:
        if self._folder is not None:
            printer = QPrinter(QPrinter.PrinterMode.HighResolution)
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            self._printed += 1
            printer.setOutputFileName(str(self._folder / f"{self._printed:04d}.pdf"))
        else:
            info = QPrinterInfo.printerInfo(order.printer)
            if info.isNull():
                raise PrintError("printer-missing", order.printer)
            if _READINESS.get(info.state()) is Readiness.STOPPED:
                raise PrintError("printer-stopped", order.printer)
            printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
        printer.setDocName(order.title)
        printer.setCopyCount(order.copies)
        printer.setFullPage(True)
        return printer

    def _turn(self, printer: QPrinter, pdf: bytes, page: int) -> None:
        width, height = raster.page_size(pdf, page)
        way = QPageLayout.Orientation.Landscape if width > height else QPageLayout.Orientation.Portrait
        layout = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), way, QMarginsF())
        layout.setMode(QPageLayout.Mode.FullPageMode)
        printer.setPageLayout(layout)

    def _draw(self, painter: QPainter, printer: QPrinter, pdf: bytes, page: int) -> None:
        dpi = min(printer.resolution(), DPI_LIMIT)
        scale = printer.resolution() / dpi
        # Paper begins where the printer's own margins end, also with full pages.
        origin = QPointF(printer.paperRect(QPrinter.Unit.DevicePixel).topLeft())
        for band in raster.bands(pdf, page, dpi):
            image = QImage(band.rgb, band.width, band.height, 3 * band.width, QImage.Format.Format_RGB888)
            place = QRectF(0, band.top * scale, band.width * scale, band.height * scale)
            painter.drawImage(place.translated(origin), image)


def _begin_page(printer: QPrinter, order: Order) -> None:
    if not printer.newPage():
        raise PrintError("printer-refused", order.printer)
