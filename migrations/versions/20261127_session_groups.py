"""A session may be for one group of its cohort."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_session_groups"
down_revision = "20261127_cohort_screen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("training_sessions") as table:
        table.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_training_sessions_group_id_groups"), "groups", ["group_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("training_sessions") as table:
        table.drop_constraint(op.f("fk_training_sessions_group_id_groups"), type_="foreignkey")
        table.drop_column("group_id")
