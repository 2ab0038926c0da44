"""What was said of each person in each training session."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_attendance_entries"
down_revision = "20261127_arrangements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attendance_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("presence", sa.String(length=12), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_attendance_entries_no_negative_minutes")),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_attendance_entries_by_users")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_attendance_entries_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_sessions.id"], name=op.f("fk_attendance_entries_session_id_training_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_entries")),
    )
    op.create_index("ix_attendance_entries_enrolment_id", "attendance_entries", ["enrolment_id"], unique=False)
    op.create_index(
        "ix_attendance_entries_latest", "attendance_entries", ["session_id", "enrolment_id", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("attendance_entries")
