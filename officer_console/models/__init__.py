"""The rows of the sealed store: SQLAlchemy tables and their migrations. Only ``officer_console.store`` uses them."""

from officer_console.models.base import Base, UtcDateTime
from officer_console.models.dossier import DossierDocumentRow, DossierRow, OpenDossierRow
from officer_console.models.mirror import CursorRow, ReferenceRow, ScopeSumRow, SessionRow
from officer_console.models.work import BlobRow, DecisionCountRow, DeviceRow, JournalRow, OutboxRow, UploadRow

__all__ = [
    "Base",
    "BlobRow",
    "CursorRow",
    "DecisionCountRow",
    "DeviceRow",
    "DossierDocumentRow",
    "DossierRow",
    "JournalRow",
    "OpenDossierRow",
    "OutboxRow",
    "ReferenceRow",
    "ScopeSumRow",
    "SessionRow",
    "UploadRow",
    "UtcDateTime",
]
