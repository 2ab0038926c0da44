"""Groups, transfers, hearings, and the fewest people a cohort starts with."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_enrolment"
down_revision = "20261127_timetable"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cohorts", sa.Column("least_people", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_groups_cohort_id_cohorts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("cohort_id", "purpose", "name", name=op.f("uq_groups_cohort_id_purpose_name")),
    )
    op.create_table(
        "group_members",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_group_members_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_members_group_id_groups")),
        sa.PrimaryKeyConstraint("enrolment_id", "purpose", name=op.f("pk_group_members")),
    )
    op.create_index(op.f("ix_group_members_group_id"), "group_members", ["group_id"], unique=False)
    op.create_table(
        "hearings",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["enrolment_events.id"], name=op.f("fk_hearings_event_id_enrolment_events")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_hearings")),
    )
    op.create_table(
        "transfers",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("from_cohort_id", sa.Integer(), nullable=False),
        sa.Column("to_cohort_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_transfers_enrolment_id_enrolments")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["enrolment_events.id"], name=op.f("fk_transfers_event_id_enrolment_events")
        ),
        sa.ForeignKeyConstraint(["from_cohort_id"], ["cohorts.id"], name=op.f("fk_transfers_from_cohort_id_cohorts")),
        sa.ForeignKeyConstraint(["to_cohort_id"], ["cohorts.id"], name=op.f("fk_transfers_to_cohort_id_cohorts")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_transfers")),
    )
    op.create_index("ix_transfers_enrolment_id", "transfers", ["enrolment_id"], unique=False)
    op.create_index("ix_transfers_from_cohort_id", "transfers", ["from_cohort_id"], unique=False)
    op.create_table(
        "head_count_alerts",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_head_count_alerts_cohort_id_cohorts")),
        sa.PrimaryKeyConstraint("cohort_id", "days_before", name=op.f("pk_head_count_alerts")),
    )


def downgrade() -> None:
    for table in ("head_count_alerts", "transfers", "hearings", "group_members", "groups"):
        op.drop_table(table)
    op.drop_column("cohorts", "least_people")
