"""The rows of the sealed store: SQLAlchemy tables and their migrations. Only ``officer_console.store`` uses them."""

from officer_console.models.base import Base, UtcDateTime
from officer_console.models.dossier import DossierDocumentRow, DossierRow, OpenDossierRow, PaperIndexRow
from officer_console.models.forms import FormKeyRow, SheetRow
from officer_console.models.mirror import (
    CursorRow,
    LastSyncRow,
    ReferenceRow,
    ResyncRow,
    ScopeSumRow,
    SessionRow,
    StagedCursorRow,
    StagedDossierRow,
)
from officer_console.models.printing import (
    BegunFileRow,
    IssuedPaperRow,
    PrintedRow,
    PrintItemRow,
    PrintRunRow,
    SignedPaperRow,
)
from officer_console.models.work import (
    BlobRow,
    CaptureRow,
    CentralClockRow,
    DecisionCountRow,
    DeviceRow,
    DraftRow,
    FingerprintRow,
    HouseholdRow,
    JournalRow,
    OutboxRow,
    UploadRow,
)

__all__ = [
    "Base",
    "BegunFileRow",
    "BlobRow",
    "CaptureRow",
    "CentralClockRow",
    "CursorRow",
    "DecisionCountRow",
    "DeviceRow",
    "DossierDocumentRow",
    "DossierRow",
    "DraftRow",
    "FingerprintRow",
    "FormKeyRow",
    "HouseholdRow",
    "IssuedPaperRow",
    "JournalRow",
    "LastSyncRow",
    "OpenDossierRow",
    "OutboxRow",
    "PaperIndexRow",
    "PrintItemRow",
    "PrintRunRow",
    "PrintedRow",
    "ReferenceRow",
    "ResyncRow",
    "ScopeSumRow",
    "SessionRow",
    "SheetRow",
    "SignedPaperRow",
    "StagedCursorRow",
    "StagedDossierRow",
    "UploadRow",
    "UtcDateTime",
]
