"""A mail may be owed to somebody without an account."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_outsiders"
down_revision = "20261127_session_groups"
branch_labels = None
depends_on = None

ONE_READER = (
    "(user_id IS NOT NULL AND email IS NULL AND name IS NULL AND locale IS NULL)"
    " OR (user_id IS NULL AND email IS NOT NULL AND name IS NOT NULL AND locale IS NOT NULL)"
)


def upgrade() -> None:
    with op.batch_alter_table("outbox_messages") as table:
        table.alter_column("user_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("email", sa.String(length=254), nullable=True))
        table.add_column(sa.Column("name", sa.String(length=160), nullable=True))
        table.add_column(sa.Column("locale", sa.String(length=5), nullable=True))
        table.create_check_constraint(op.f("ck_outbox_messages_one_reader"), ONE_READER)


def downgrade() -> None:
    op.execute("DELETE FROM outbox_messages WHERE user_id IS NULL")
    with op.batch_alter_table("outbox_messages") as table:
        table.drop_constraint(op.f("ck_outbox_messages_one_reader"), type_="check")
        table.drop_column("locale")
        table.drop_column("name")
        table.drop_column("email")
        table.alter_column("user_id", existing_type=sa.Integer(), nullable=False)
