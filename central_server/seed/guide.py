"""The dossiers a tour of the program shows: one for each outcome, at office 07906, on top of the work queue."""

from __future__ import annotations

GUIDE_OFFICE = "07906"

# Outcome → first segment of the số hồ sơ.
GUIDE: dict[str, str] = {
    "match": "1000001",
    "marks_differ": "1000002",
    "name_differs": "1000003",
    "code_absent": "1000004",
    "silent": "1000005",
    "ambiguous": "1000006",
    "refuse": "1000007",
    "change_confirm": "1000008",
    "stop": "1000009",
    "leased_by_other": "1000010",
    "missing_photo": "1000011",
    "expired": "1000012",
}

# The outcome whose card says something else than its declaration.
MISMATCH = "refuse"

# After how many questions the registry answers about the guide's ``silent`` dossier.
SILENT_ASKS = 2
