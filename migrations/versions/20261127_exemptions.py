"""Exemption by prior learning: requests, their proofs, opinions and history; results that rest on one."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_exemptions"
down_revision = "20261127_sheet_signatures"
branch_labels = None
depends_on = None

LIVE = sa.text("state NOT IN ('not_admissible', 'refused', 'withdrawn')")


def upgrade() -> None:
    op.create_table(
        "exemption_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("experience_months", sa.Integer(), nullable=False),
        sa.Column("claimed", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule_by", sa.Date(), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("exempted_minutes", sa.Integer(), nullable=False),
        sa.Column("recognised", sa.JSON(), nullable=False),
        sa.Column("prescriptions", sa.Text(), nullable=False),
        sa.Column("complete_by", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("exempted_minutes >= 0", name=op.f("ck_exemption_requests_takes_nothing_away")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_exemption_requests_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_exemption_requests_module_id_modules")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption_requests")),
    )
    op.create_index(
        "one_live_exemption", "exemption_requests", ["enrolment_id", "module_id"], unique=True, sqlite_where=LIVE,
        postgresql_where=LIVE,
    )  # fmt: skip
    op.create_index("ix_exemption_requests_state", "exemption_requests", ["state", "id"], unique=False)
    op.create_table(
        "exemption_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_exemption_events_by_users")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["exemption_requests.id"], name=op.f("fk_exemption_events_request_id_exemption_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption_events")),
    )
    op.create_index(op.f("ix_exemption_events_request_id"), "exemption_events", ["request_id"], unique=False)
    op.create_table(
        "exemption_opinions",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("assessor_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("advises", sa.String(length=16), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_exemption_opinions_asked_by_users")),
        sa.ForeignKeyConstraint(["assessor_id"], ["users.id"], name=op.f("fk_exemption_opinions_assessor_id_users")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["exemption_requests.id"], name=op.f("fk_exemption_opinions_request_id_exemption_requests")
        ),
        sa.PrimaryKeyConstraint("request_id", "assessor_id", name=op.f("pk_exemption_opinions")),
    )
    op.create_index(
        "ix_exemption_opinions_assessor_id", "exemption_opinions", ["assessor_id", "given_at"], unique=False
    )
    op.create_table(
        "exemption_proofs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("content_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["exemption_requests.id"], name=op.f("fk_exemption_proofs_request_id_exemption_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption_proofs")),
    )
    op.create_index(op.f("ix_exemption_proofs_request_id"), "exemption_proofs", ["request_id"], unique=False)
    op.add_column("module_results", sa.Column("is_exempted", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("module_results", "is_exempted")
    op.drop_table("exemption_proofs")
    op.drop_table("exemption_opinions")
    op.drop_table("exemption_events")
    op.drop_table("exemption_requests")
