"""The XML of eSCL (Mopria): what a scanner can and how it is, read with bounds; the settings of a job, written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from officer_console.devices.scanner import Capabilities, Colour, DeviceError, Fault, Settings, Source

BYTES_LIMIT = 1024 * 1024
NODES_LIMIT = 20_000
DEPTH_LIMIT = 40
UNITS_PER_INCH = 300
MM_PER_INCH = 25.4
DPI = (75, 1200)
USUAL_DPIS = (75, 100, 150, 200, 240, 300, 400, 600, 1200)
INPUTS = {
    Source.FLATBED: ("Platen", "PlatenInputCaps"),
    Source.FEEDER: ("Adf", "AdfSimplexInputCaps"),
    Source.DUPLEX: ("Adf", "AdfDuplexInputCaps"),
}
MODES = {Colour.COLOUR: "RGB24", Colour.GREY: "Grayscale8", Colour.BLACK: "BlackAndWhite1"}
# what a page may come as, the best first; JPEG is the one every device has
FORMATS = ("image/jpeg", "image/png", "image/tiff", "application/pdf")
FEEDER_FAULTS = {
    "ScannerAdfEmpty": Fault.NO_PAPER,
    "ScannerAdfJam": Fault.JAM,
    "ScannerAdfMispick": Fault.JAM,
    "ScannerAdfMultipickDetected": Fault.DOUBLE_FEED,
    "ScannerAdfHatchOpen": Fault.COVER_OPEN,
    "ScannerAdfInputTrayFailed": Fault.DRIVER,
    "ScannerAdfInputTrayOverloaded": Fault.DRIVER,
    "ScannerAdfDuplexPageTooShort": Fault.DRIVER,
    "ScannerAdfDuplexPageTooLong": Fault.DRIVER,
}
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<scan:ScanSettings xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" \
xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>2.0</pwg:Version><scan:Intent>Document</scan:Intent>
<pwg:ScanRegions><pwg:ScanRegion><pwg:Height>{height}</pwg:Height>\
<pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits><pwg:Width>{width}</pwg:Width>\
<pwg:XOffset>0</pwg:XOffset><pwg:YOffset>0</pwg:YOffset></pwg:ScanRegion></pwg:ScanRegions>
<pwg:DocumentFormat>{format}</pwg:DocumentFormat><pwg:InputSource>{place}</pwg:InputSource>
<scan:XResolution>{dpi}</scan:XResolution><scan:YResolution>{dpi}</scan:YResolution>
<scan:ColorMode>{mode}</scan:ColorMode>{duplex}<scan:DocumentFormatExt>{format}</scan:DocumentFormatExt>
</scan:ScanSettings>
"""


@dataclass(slots=True)
class Node:
    """One element without its namespace."""

    name: str
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def child(self, *path: str) -> Node | None:
        """Return the first element at the end of ``path``."""
        node: Node | None = self
        for name in path:
            node = next((each for each in node.children if each.name == name), None) if node is not None else None
        return node

    def all(self, name: str) -> Iterator[Node]:
        """Yield the elements of this name at any depth, in their order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.name == name:
                yield node
            waiting.extend(reversed(node.children))

    def words(self, name: str) -> tuple[str, ...]:
        """Return the texts of all elements of this name."""
        return tuple(node.text.strip() for node in self.all(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What one place for paper offers; sizes in 1/300 inch."""

    dpis: tuple[int, ...]
    colours: tuple[Colour, ...]
    formats: tuple[str, ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a scanner is; ``jobs`` holds the state of each job by the end of its address."""

    state: str
    feeder: str
    jobs: dict[str, str]

    @property
    def fault(self) -> Fault | None:
        """Why the feeder gives nothing; None when it says nothing, or that it is fine."""
        return FEEDER_FAULTS.get(self.feeder)


def parse(data: bytes, root: str) -> Node:
    """Return the document, whose first element has to be ``root``.

    A document type is refused, and with it every entity: no billion laughs, nothing read from elsewhere.

    Raises:
        DeviceError: DRIVER.
    """
    if len(data) > BYTES_LIMIT:
        raise DeviceError(Fault.DRIVER, "XML too large")
    top = Node("")
    path = [top]
    count = 0

    def start(name: str, _attributes: object) -> None:
        nonlocal count
        count += 1
        if count > NODES_LIMIT or len(path) > DEPTH_LIMIT:
            raise DeviceError(Fault.DRIVER, "XML too large")
        node = Node(name.rpartition(" ")[2])
        path[-1].children.append(node)
        path.append(node)

    def text(more: str) -> None:
        path[-1].text += more

    def refuse(*_told: object) -> NoReturn:
        raise DeviceError(Fault.DRIVER, "XML with a document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: path.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 (its own signature)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DeviceError(Fault.DRIVER, f"XML: {error}"[:200]) from error
    if not top.children or top.children[0].name != root:
        raise DeviceError(Fault.DRIVER, f"XML is no {root}")
    return top.children[0]


def inputs(document: Node) -> dict[Source, Input]:
    """Return what ScannerCapabilities say of each place for paper the scanner has."""
    found = {}
    for source, path in INPUTS.items():
        node = document.child(*path)
        if node is not None:
            shared = document.child("SettingProfiles") or Node("")
            found[source] = _input(node, node if node.child("SettingProfiles") is not None else shared)
    return found


def capabilities(offered: dict[Source, Input]) -> Capabilities:
    """Return what the program knows of a scanner; of resolutions those it has at every place."""
    if not offered:
        raise DeviceError(Fault.DRIVER, "no place for paper")
    places = list(offered.values())
    common = set(places[0].dpis).intersection(*(place.dpis for place in places))
    return Capabilities(
        sources=tuple(source for source in Source if source in offered),
        dpis=tuple(sorted(common or places[0].dpis)),
        colours=tuple(colour for colour in Colour if all(colour in place.colours for place in places)),
        width_mm=_mm(max(place.width for place in places)),
        height_mm=_mm(max(place.height for place in places)),
    )


def status(document: Node) -> Status:
    """Return what ScannerStatus says."""
    jobs = {}
    for job in document.all("JobInfo"):
        address, state = job.child("JobUri"), job.child("JobState")
        if address is not None and state is not None:
            jobs[address.text.strip().rstrip("/").rpartition("/")[2]] = state.text.strip()
    state, feeder = document.child("State"), document.child("AdfState")
    return Status(
        state=state.text.strip() if state is not None else "",
        feeder=feeder.text.strip() if feeder is not None else "",
        jobs=jobs,
    )


def job(offered: dict[Source, Input], settings: Settings) -> tuple[bytes, int]:
    """Return the ScanSettings for ``settings`` and the resolution they ask for, the nearest the scanner has.

    Raises:
        DeviceError: DRIVER when it has no such place for paper or colour.
    """
    place = offered.get(settings.source)
    if place is None:
        raise DeviceError(Fault.DRIVER, f"no source {settings.source.value}")
    if settings.colour not in place.colours:
        raise DeviceError(Fault.DRIVER, f"no colour {settings.colour.value}")
    dpi = min(place.dpis, key=lambda each: (abs(each - settings.dpi), -each), default=settings.dpi)
    formats = [each for each in FORMATS if each in place.formats] or [FORMATS[0]]
    if settings.colour is Colour.BLACK and len(formats) > 1 and formats[0] == FORMATS[0]:
        # JPEG has no pages of one bit
        formats = formats[1:]
    text = SETTINGS.format(
        width=min(round(settings.width_mm / MM_PER_INCH * UNITS_PER_INCH), place.width),
        height=min(round(settings.height_mm / MM_PER_INCH * UNITS_PER_INCH), place.height),
        place="Platen" if settings.source is Source.FLATBED else "Feeder",
        dpi=dpi,
        mode=MODES[settings.colour],
        duplex="" if settings.source is Source.FLATBED else _duplex(settings.source),
        format=formats[0],
    )
    return text.encode("ascii"), dpi


def _duplex(source: Source) -> str:
    return f"<scan:Duplex>{'true' if source is Source.DUPLEX else 'false'}</scan:Duplex>"


def _input(node: Node, profile: Node) -> Input:
    modes = set(profile.words("ColorMode"))
    return Input(
        dpis=_dpis(profile),
        colours=tuple(colour for colour, mode in MODES.items() if mode in modes),
        formats=profile.words("DocumentFormat") + profile.words("DocumentFormatExt"),
        width=_whole_number(node.child("MaxWidth"), 2550),
        height=_whole_number(node.child("MaxHeight"), 3508),
    )


def _dpis(profile: Node) -> tuple[int, ...]:
    """Return the resolutions of use: some devices offer one dot per inch."""
    single = {
        _whole_number(node.child("XResolution"), 0)
        for node in profile.all("DiscreteResolution")
        if _whole_number(node.child("XResolution"), 0) == _whole_number(node.child("YResolution"), 0)
    }
    for span in profile.all("XResolutionRange"):
        low, high = _whole_number(span.child("Min"), DPI[0]), _whole_number(span.child("Max"), DPI[1])
        single |= {dpi for dpi in USUAL_DPIS if low <= dpi <= high}
    return tuple(sorted(dpi for dpi in single if DPI[0] <= dpi <= DPI[1]))


def _whole_number(node: Node | None, otherwise: int) -> int:
    text = node.text.strip() if node is not None else ""
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 8 else otherwise


def _mm(units: int) -> float:
    return round(units / UNITS_PER_INCH * MM_PER_INCH, 1)
