"""Places kept for people who are no participants yet."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_seat_holds"
down_revision = "20261123"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seat_holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_seat_holds_cohort_id_cohorts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_holds")),
    )
    op.create_index(
        "one_open_hold", "seat_holds", ["holder"], unique=True, sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
    op.create_index("ix_seat_holds_open", "seat_holds", ["cohort_id", "ended_at"], unique=False)


def downgrade() -> None:
    op.drop_table("seat_holds")
