"""A record of attendance names the session whose sheet it follows from."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_record_session"
down_revision = "20261127_calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attendance_records") as records:
        records.add_column(sa.Column("session_id", sa.Integer(), nullable=True))
        records.create_foreign_key(
            op.f("fk_attendance_records_session_id_training_sessions"), "training_sessions", ["session_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("attendance_records") as records:
        records.drop_constraint(op.f("fk_attendance_records_session_id_training_sessions"), type_="foreignkey")
        records.drop_column("session_id")
