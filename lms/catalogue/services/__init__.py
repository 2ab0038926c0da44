"""The catalogue brought to what the course files say: ``plan`` tells what ``sync`` would do."""

from lms.catalogue.services.changes import Change, SyncReport
from lms.catalogue.services.folder import CourseFolder, FolderInUse, NotKept, export, read_folder
from lms.catalogue.services.note import Note
from lms.catalogue.services.publishing import plan, sync
from lms.catalogue.services.reuse import IdsReused

__all__ = [
    "Change", "CourseFolder", "FolderInUse", "IdsReused", "NotKept", "Note", "SyncReport", "export", "plan", "read_folder",
    "sync",
]  # fmt: skip
