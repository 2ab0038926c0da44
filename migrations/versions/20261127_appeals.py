"""An appeal names the decision it is about, and whoever answers it."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_appeals"
down_revision = "20261127_exemptions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("application_appeals") as appeals:
        appeals.add_column(sa.Column("event_id", sa.Integer(), nullable=True))
        appeals.add_column(sa.Column("assigned_to", sa.Integer(), nullable=True))
        appeals.add_column(sa.Column("assigned_by", sa.Integer(), nullable=True))
        appeals.add_column(sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True))
        appeals.create_foreign_key(
            op.f("fk_application_appeals_event_id_application_events"), "application_events", ["event_id"], ["id"]
        )
        appeals.create_foreign_key(op.f("fk_application_appeals_assigned_to_users"), "users", ["assigned_to"], ["id"])
        appeals.create_foreign_key(op.f("fk_application_appeals_assigned_by_users"), "users", ["assigned_by"], ["id"])
        appeals.create_unique_constraint(op.f("uq_application_appeals_event_id"), ["event_id"])
        appeals.create_index(op.f("ix_application_appeals_assigned_to"), ["assigned_to"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("application_appeals") as appeals:
        appeals.drop_index(op.f("ix_application_appeals_assigned_to"))
        appeals.drop_constraint(op.f("uq_application_appeals_event_id"), type_="unique")
        for column in ("event_id", "assigned_to", "assigned_by"):
            target = "application_events" if column == "event_id" else "users"
            appeals.drop_constraint(op.f(f"fk_application_appeals_{column}_{target}"), type_="foreignkey")
        for column in ("assigned_at", "assigned_by", "assigned_to", "event_id"):
            appeals.drop_column(column)
