"""The minutes of a ranking on paper."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_ranking_minutes"
down_revision = "20261127_appeals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ranking_minutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["ranking_runs.id"], name=op.f("fk_ranking_minutes_run_id_ranking_runs")),
        sa.ForeignKeyConstraint(["track_id"], ["call_tracks.id"], name=op.f("fk_ranking_minutes_track_id_call_tracks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_minutes")),
        sa.UniqueConstraint(
            "run_id", "track_id", "language", "part", name=op.f("uq_ranking_minutes_run_id_track_id_language_part")
        ),
    )


def downgrade() -> None:
    op.drop_table("ranking_minutes")
