"""An address that was refused for good is kept with the message and with the person."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_refused_addresses"
down_revision = "20261127_announcements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox_messages", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("refused_email", sa.String(length=254), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("users") as table:
        table.drop_column("refused_email")
    with op.batch_alter_table("outbox_messages") as table:
        table.drop_column("refused_at")
