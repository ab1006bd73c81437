"""Writes pages as PDF/A-2a and PDF/UA-1: embedded faces, structure, language, colour and metadata without data.

reportlab writes neither tags nor an output intent (docs/adr/0018-paper.md). The same pages give the same bytes.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from xml.sax.saxutils import escape

from PIL import ImageCms

from officer_console.documents.fonts import NEEDED, Face, Faces
from officer_console.documents.pages import FURNITURE, Sheet
from officer_console.documents.strips import Tags, Text

_LEVEL = 6
# An ICC profile says when it was made; ours says always the same.
_ICC_DATE = slice(24, 36)
_ICC_WHEN = bytes.fromhex("07e6000100010000 00000000".replace(" ", ""))
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>officer-console</xmp:CreatorTool><xmp:CreateDate>{when}</xmp:CreateDate>
<pdf:Producer>officer-console</pdf:Producer>
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
_TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{ranges}endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    """Return the sRGB profile that LittleCMS makes (free of rights), deflated."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_ICC_DATE] = _ICC_WHEN
    profile[84:100] = bytes(16)
    return zlib.compress(bytes(profile), 9)


class _Objects:
    """The objects of a file, numbered from 1. What is no stream goes into one compressed stream of objects."""

    def __init__(self) -> None:
        self._bodies: list[bytes | None] = []
        self._streams: dict[int, bytes] = {}

    def reserve(self) -> int:
        """Return a number whose object comes later."""
        self._bodies.append(None)
        return len(self._bodies)

    def put(self, number: int, body: str) -> int:
        """Store a plain object."""
        self._bodies[number - 1] = body.encode("latin-1")
        return number

    def add(self, body: str) -> int:
        """Store a plain object under a new number."""
        return self.put(self.reserve(), body)

    def stream(self, entries: str, data: bytes, *, deflated: bool = True) -> int:
        """Store a stream; ``data`` is deflated already unless told otherwise."""
        how = "/Filter/FlateDecode" if deflated else ""
        number = self.reserve()
        head = f"<<{entries}{how}/Length {len(data)}>>\nstream\n".encode("latin-1")
        self._streams[number] = head + data + b"\nendstream"
        return number

    def file(self, root: int) -> bytes:
        """Return the whole file."""
        plain = [(number, body) for number, body in enumerate(self._bodies, 1) if body is not None]
        heads, bodies, at = [], [], 0
        for number, body in plain:
            heads.append(f"{number} {at}")
            bodies.append(body)
            at += len(body) + 1
        first = " ".join(heads).encode("ascii") + b"\n"
        packed = zlib.compress(first + b"\n".join(bodies), _LEVEL)
        holder = self.stream(f"/Type/ObjStm/N {len(plain)}/First {len(first)}", packed)
        table = self.reserve()
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        rows = [b"\0\0\0\0\0\xff\xff"] * (table + 1)
        for number, body in self._streams.items():
            rows[number] = b"\1" + len(out).to_bytes(4, "big") + b"\0\0"
            out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        for place, (number, _) in enumerate(plain):
            rows[number] = b"\2" + holder.to_bytes(4, "big") + place.to_bytes(2, "big")
        start = len(out)
        rows[table] = b"\1" + start.to_bytes(4, "big") + b"\0\0"
        name = sha256(out).hexdigest()[:32]
        cross = zlib.compress(b"".join(rows), _LEVEL)
        out += (
            f"{table} 0 obj\n<</Type/XRef/Size {table + 1}/W[1 4 2]/Root {root} 0 R/ID[<{name}><{name}>]"
            f"/Filter/FlateDecode/Length {len(cross)}>>\nstream\n"
        ).encode("ascii")
        out += cross + b"\nendstream\nendobj\n" + f"startxref\n{start}\n%%EOF\n".encode("ascii")
        return bytes(out)


def write(sheets: Sequence[Sheet], tags: Tags, faces: Faces, *, title: str, made_at: datetime) -> bytes:
    """Return the file. ``title`` is its title; ``made_at`` is aware."""
    objects = _Objects()
    catalog, tree, root = objects.reserve(), objects.reserve(), objects.reserve()
    pages = [objects.reserve() for _ in sheets]
    nodes = [objects.reserve() for _ in tags.nodes]
    fonts = dict(_fonts(objects, sheets, faces))
    resources = objects.add(
        "<</Font<<" + "".join(f"/F{face} {number} 0 R" for face, number in sorted(fonts.items())) + ">>>>"
    )
    marked: list[list[int]] = []
    content: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place, (sheet, number) in enumerate(zip(sheets, pages, strict=True)):
        drawn, order = _content(sheet, faces)
        marked.append(order)
        for mark, node in enumerate(order):
            content[node].append((place, mark))
        stream = objects.stream("", zlib.compress(drawn.encode("ascii"), _LEVEL))
        objects.put(
            number,
            f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {sheet.width:.2f} {sheet.height:.2f}]"
            f"/Resources {resources} 0 R/Contents {stream} 0 R/StructParents {place}/Tabs/S>>",
        )
    _structure(objects, tags, nodes, root, pages, content)
    parents = "".join(
        f"{place}[{' '.join(f'{nodes[node]} 0 R' for node in order)}]" for place, order in enumerate(marked)
    )
    objects.put(
        root,
        f"<</Type/StructTreeRoot/K {nodes[0]} 0 R/ParentTree<</Nums[{parents}]>>/ParentTreeNextKey {len(sheets)}>>",
    )
    objects.put(tree, f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{number} 0 R' for number in pages)}]>>")
    when = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata = objects.stream(
        "/Type/Metadata/Subtype/XML", _XMP.format(title=escape(title), when=when).encode("utf-8"), deflated=False
    )
    colours = objects.stream("/N 3", _srgb())
    objects.put(
        catalog,
        f"<</Type/Catalog/Pages {tree} 0 R/Metadata {metadata} 0 R/StructTreeRoot {root} 0 R/MarkInfo<</Marked true>>"
        f"/Lang(vi)/ViewerPreferences<</DisplayDocTitle true>>/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1"
        f"/OutputConditionIdentifier(sRGB)/Info(sRGB)/DestOutputProfile {colours} 0 R>>]>>",
    )
    return objects.file(catalog)


def _content(sheet: Sheet, faces: Faces) -> tuple[str, list[int]]:
    """Return a page's operators and its nodes in the order of their marks; reading order, furniture last."""
    by_node: dict[int, list[Text]] = defaultdict(list)
    for text in sheet.texts:
        by_node[text.tag].append(text)
    order = sorted(node for node in by_node if node != FURNITURE)
    out: list[str] = []
    for mark, node in enumerate(order):
        out.append(f"/P<</MCID {mark}>>BDC")
        out += (_shown(text, faces) for text in by_node[node])
        out.append("EMC")
    out.append("/Artifact BMC")
    out += (_shown(text, faces) for text in by_node[FURNITURE])
    out += (f"{r.width:g} w {r.x0:.2f} {r.y0:.2f} m {r.x1:.2f} {r.y1:.2f} l S" for r in sheet.rules)
    if sheet.bars:
        out += (f"{x:.3f} {y:.3f} {width:.3f} {height:.3f} re" for x, y, width, height in sheet.bars)
        out.append("f")
    out.append("EMC")
    return "\n".join(out), order


def _shown(text: Text, faces: Faces) -> str:
    drawn = _drawn(text, faces)
    return f"/Span<</ActualText({_literal(text.read)})>>BDC {drawn} EMC" if text.read else drawn


def _literal(text: str) -> str:
    """Return what stands between the brackets of a PDF string; ``text`` is ASCII."""
    return "".join("\\" + letter if letter in "()\\" else letter for letter in text)


def _drawn(text: Text, faces: Faces) -> str:
    out = [f"BT 1 0 0 1 {text.x:.2f} {text.y:.2f} Tm"]
    for face, letters in text.segments:
        codes = faces[face].codes
        out.append(f"/F{face} {text.size:g} Tf")
        if text.gap and " " in letters:
            shift = f">{-1000 * text.gap / text.size:.1f}<"
            space = codes[" "]
            shown = (space + shift).join("".join(map(codes.__getitem__, word)) for word in letters.split(" "))
            out.append(f"[<{shown}>]TJ")
        else:
            out.append(f"<{''.join(map(codes.__getitem__, letters))}>Tj")
    out.append("ET")
    return " ".join(out)


def _structure(
    objects: _Objects,
    tags: Tags,
    nodes: Sequence[int],
    root: int,
    pages: Sequence[int],
    content: dict[int, list[tuple[int, int]]],
) -> None:
    children: dict[int, list[int]] = defaultdict(list)
    for number, tag in enumerate(tags.nodes):
        if tag.parent >= 0:
            children[tag.parent].append(nodes[number])
    for number, tag in enumerate(tags.nodes):
        kids = [f"<</Type/MCR/Pg {pages[place]} 0 R/MCID {mark}>>" for place, mark in content.get(number, ())]
        kids += [f"{child} 0 R" for child in children[number]]
        above = root if tag.parent < 0 else nodes[tag.parent]
        more = "/A<</O/Table/Scope/Column>>" if tag.role == "TH" else ""
        objects.put(nodes[number], f"<</Type/StructElem/S/{tag.role}/P {above} 0 R{more}/K[{' '.join(kids)}]>>")


def _fonts(objects: _Objects, sheets: Iterable[Sheet], faces: Faces) -> Iterable[tuple[int, int]]:
    """Yield each used face and its object."""
    used: dict[int, set[str]] = defaultdict(set)
    for sheet in sheets:
        for text in sheet.texts:
            for face, part in text.segments:
                used[face].update(part)
    for number, letters in sorted(used.items()):
        yield number, _font(objects, faces[number], letters)


def _font(objects: _Objects, face: Face, letters: set[str]) -> int:
    # faces draw some characters alike (a space that does not break, Icelandic Ð): what is read back is the usual one
    glyphs = {face.glyphs[letter]: letter for letter in sorted(letters, key=_usual)}
    tag, program, length = face.subset(frozenset(glyphs))
    facts, name = face.facts, f"{tag}+{face.facts.name.replace(' ', '')}"
    file = objects.stream(f"/Length1 {length}", program)
    descriptor = objects.add(
        f"<</Type/FontDescriptor/FontName/{name}/Flags {70 if facts.italic_angle else 6}"
        f"/FontBBox[{' '.join(map(str, facts.box))}]/ItalicAngle {facts.italic_angle:g}/Ascent {facts.ascent}"
        f"/Descent {facts.descent}/CapHeight {facts.cap_height}/StemV {facts.stem}/FontFile2 {file} 0 R>>"
    )
    widths = " ".join(f"{glyph}[{face.widths[letter]:.6g}]" for glyph, letter in sorted(glyphs.items()))
    family = objects.add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        f"/Supplement 0>>/FontDescriptor {descriptor} 0 R/DW 0/W[{widths}]/CIDToGIDMap/Identity>>"
    )
    unicode = objects.stream("", zlib.compress(_to_unicode(glyphs).encode("ascii"), _LEVEL))
    return objects.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{family} 0 R]"
        f"/ToUnicode {unicode} 0 R>>"
    )


def _usual(letter: str) -> tuple[bool, bool, str]:
    return letter.isascii(), letter in NEEDED, letter


def _to_unicode(glyphs: dict[int, str]) -> str:
    rows = [f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for glyph, letter in sorted(glyphs.items())]
    ranges = "".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n"
        for part in (rows[at : at + 100] for at in range(0, len(rows), 100))
    )
    return _TO_UNICODE.format(ranges=ranges)
