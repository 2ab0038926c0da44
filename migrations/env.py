"""Run by Alembic: the tables of ``lms.models``, in the database that LMS_DATABASE names.

``lms init`` hands over its own connection, inside one transaction under a lock; ``alembic`` on the command line, which writes
new migrations, opens one by itself.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.engine import Connection

from lms import db, models, settings


def render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations know nothing of our column types, which may change after them."""
    if kind == "type" and isinstance(item, db.UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, db.Hundredths):
        return "sa.Integer()"
    return False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=models.Base.metadata, render_as_batch=connection.dialect.name == "sqlite",
        render_item=render, compare_type=True, transactional_ddl=True,
    )  # fmt: skip
    context.run_migrations()


handed_over: Connection | None = context.config.attributes.get("connection")
if handed_over is not None:
    migrate(handed_over)
else:
    database = db.Database(settings.from_environment().database)
    with database.engine.begin() as opened:
        migrate(opened)
    database.dispose()
