"""Attendance sheets are signed, and told of when they are not filled in."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_sheet_signatures"
down_revision = "20261127_record_session"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_sheet_signatures_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_sessions.id"], name=op.f("fk_sheet_signatures_session_id_training_sessions")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sheet_signatures_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_signatures")),
        sa.UniqueConstraint(
            "session_id", "user_id", "digest", name=op.f("uq_sheet_signatures_session_id_user_id_digest")
        ),
    )
    op.create_index(op.f("ix_sheet_signatures_session_id"), "sheet_signatures", ["session_id"], unique=False)
    with op.batch_alter_table("training_sessions") as sessions:
        sessions.add_column(sa.Column("sheet_told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("training_sessions") as sessions:
        sessions.drop_column("sheet_told_at")
    op.drop_table("sheet_signatures")
