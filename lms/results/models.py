"""What it all adds up to, as it was decided each time."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db

_CURRENT = text("superseded_at IS NULL")


class ModuleResult(db.Base):
    """A module's result for one participant (docs/rules.md §3). A new one supersedes the last; both stay.

    ``mark`` None: some component has no mark yet. ``components``: slug to mark as text; ``reasons``: why it is not passed,
    as rules.Reason rows; empty exactly when ``passed``. ``is_exempted``: passed by prior learning, whatever the marks (§23).
    """

    __tablename__ = "module_results"
    __table_args__ = (
        Index("one_current_result", "enrolment_id", "module_id", unique=True, sqlite_where=_CURRENT,
              postgresql_where=_CURRENT),
    )  # fmt: skip

    id: Mapped[db.Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    mark: Mapped[db.Mark | None]
    passed: Mapped[bool]
    is_exempted: Mapped[bool] = mapped_column(default=False, server_default=false())
    components: Mapped[dict[str, Any]]
    reasons: Mapped[list[Any]]
    rules: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(80))  # the evidence that led to it, ``review:41``
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
