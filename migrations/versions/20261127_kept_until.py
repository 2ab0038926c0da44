"""No sign-in ends by time while its user sits an exam."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_kept_until"
down_revision = "20261127_seat_holds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.drop_column("kept_until")
