"""Calls for applications, the files, their examination, the ranking and the offers."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_calls"
down_revision = "20261127_attendance_entries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("title_fr", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("favoured_regions", sa.JSON(), nullable=False),
        sa.Column("region_points", sa.Integer(), nullable=False),
        sa.Column("women_points", sa.Integer(), nullable=False),
        sa.Column("points_per_year", sa.Integer(), nullable=False),
        sa.Column("test_floor", sa.Integer(), nullable=False),
        sa.Column("offer_days", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("results_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_calls_dates_in_order")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_calls_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("code", name=op.f("uq_calls_code")),
    )
    op.create_table(
        "call_criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("most_points", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_criteria_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_criteria")),
        sa.UniqueConstraint("call_id", "kind", name=op.f("uq_call_criteria_call_id_kind")),
    )
    op.create_table(
        "call_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_fr", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_documents_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_documents")),
    )
    op.create_index(op.f("ix_call_documents_call_id"), "call_documents", ["call_id"], unique=False)
    op.create_table(
        "call_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_call_events_by_users")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_events_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_events")),
    )
    op.create_index(op.f("ix_call_events_call_id"), "call_events", ["call_id"], unique=False)
    op.create_table(
        "call_examiners",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_examiners_call_id_calls")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_call_examiners_user_id_users")),
        sa.PrimaryKeyConstraint("call_id", "user_id", name=op.f("pk_call_examiners")),
    )
    op.create_table(
        "call_quotas",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(length=6), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_call_quotas_a_share")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_quotas_call_id_calls")),
        sa.PrimaryKeyConstraint("call_id", "sex", name=op.f("pk_call_quotas")),
    )
    op.create_table(
        "ranking_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_ranking_runs_call_id_calls")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_ranking_runs_made_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_runs")),
    )
    op.create_index(op.f("ix_ranking_runs_call_id"), "ranking_runs", ["call_id"], unique=False)
    op.create_table(
        "call_tracks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("waiting_places", sa.Integer(), nullable=False),
        sa.CheckConstraint("places > 0 AND waiting_places >= 0", name=op.f("ck_call_tracks_some_places")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_tracks_call_id_calls")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_call_tracks_cohort_id_cohorts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_tracks")),
        sa.UniqueConstraint("call_id", "cohort_id", name=op.f("uq_call_tracks_call_id_cohort_id")),
    )
    op.create_index(op.f("ix_call_tracks_cohort_id"), "call_tracks", ["cohort_id"], unique=False)
    op.create_table(
        "applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("given_name_ar", sa.String(length=80), nullable=False),
        sa.Column("family_name_ar", sa.String(length=80), nullable=False),
        sa.Column("search_name", sa.String(length=400), nullable=False),
        sa.Column("sex", sa.String(length=6), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=5), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("organisation_name", sa.String(length=160), nullable=False),
        sa.Column("organisation_kind", sa.String(length=20), nullable=True),
        sa.Column("diploma", sa.String(length=160), nullable=False),
        sa.Column("years_teaching", sa.Integer(), nullable=False),
        sa.Column("motivation", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complete_by", sa.Date(), nullable=True),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("years_teaching >= 0", name=op.f("ck_applications_years")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_applications_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_applications_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_applications_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["track_id"], ["call_tracks.id"], name=op.f("fk_applications_track_id_call_tracks")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_applications_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    op.create_index("ix_applications_list", "applications", ["call_id", "state", "family_name", "id"], unique=False)
    op.create_index("ix_applications_track", "applications", ["track_id", "state"], unique=False)
    op.create_index(op.f("ix_applications_user_id"), "applications", ["user_id"], unique=False)
    op.create_index(
        "one_application_a_call",
        "applications",
        ["call_id", "email"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('draft', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('draft', 'withdrawn')"),
    )
    op.create_table(
        "application_appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_appeals_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_application_appeals_decided_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_appeals")),
    )
    op.create_index(
        op.f("ix_application_appeals_application_id"), "application_appeals", ["application_id"], unique=False
    )
    op.create_index(
        "one_open_appeal",
        "application_appeals",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "application_assignments",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("is_third", sa.Boolean(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_assignments_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["users.id"], name=op.f("fk_application_assignments_assigned_by_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_application_assignments_user_id_users")),
        sa.PrimaryKeyConstraint("application_id", "user_id", name=op.f("pk_application_assignments")),
    )
    op.create_index(op.f("ix_application_assignments_user_id"), "application_assignments", ["user_id"], unique=False)
    op.create_table(
        "application_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_documents_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["call_documents.id"], name=op.f("fk_application_documents_document_id_call_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_documents")),
    )
    op.create_index(
        op.f("ix_application_documents_application_id"), "application_documents", ["application_id"], unique=False
    )
    op.create_index(
        "one_document_in_force",
        "application_documents",
        ["application_id", "document_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "application_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("by_applicant", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_events_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_application_events_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_events")),
    )
    op.create_index(
        op.f("ix_application_events_application_id"), "application_events", ["application_id"], unique=False
    )
    op.create_table(
        "application_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_links_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_application_links_token_hash")),
    )
    op.create_index(op.f("ix_application_links_application_id"), "application_links", ["application_id"], unique=False)
    op.create_table(
        "application_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("examiner_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_scores_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["call_criteria.id"], name=op.f("fk_application_scores_criterion_id_call_criteria")
        ),
        sa.ForeignKeyConstraint(["examiner_id"], ["users.id"], name=op.f("fk_application_scores_examiner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_scores")),
    )
    op.create_index(op.f("ix_application_scores_examiner_id"), "application_scores", ["examiner_id"], unique=False)
    op.create_index(
        "one_score_in_force",
        "application_scores",
        ["application_id", "criterion_id", "examiner_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("is_waiting_list", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_offers_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_offers_cohort_id_cohorts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_cohort_id"), "offers", ["cohort_id"], unique=False)
    op.create_index("ix_offers_due", "offers", ["ended_at", "expires_at"], unique=False)
    op.create_index(
        "one_open_offer",
        "offers",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "rank_skips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> proposed_by", name=op.f("ck_rank_skips_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_rank_skips_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["users.id"], name=op.f("fk_rank_skips_confirmed_by_users")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_rank_skips_proposed_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rank_skips")),
    )
    op.create_index(
        "one_skip",
        "rank_skips",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("dropped_at IS NULL"),
        postgresql_where=sa.text("dropped_at IS NULL"),
    )
    op.create_table(
        "ranked_applications",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("draw", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("tie_break", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_ranked_applications_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["ranking_runs.id"], name=op.f("fk_ranked_applications_run_id_ranking_runs")
        ),
        sa.ForeignKeyConstraint(
            ["track_id"], ["call_tracks.id"], name=op.f("fk_ranked_applications_track_id_call_tracks")
        ),
        sa.PrimaryKeyConstraint("run_id", "application_id", name=op.f("pk_ranked_applications")),
    )
    op.create_index(
        op.f("ix_ranked_applications_application_id"), "ranked_applications", ["application_id"], unique=False
    )
    op.create_index("ix_ranked_applications_order", "ranked_applications", ["run_id", "track_id", "rank"], unique=False)


def downgrade() -> None:
    for table in (
        "ranked_applications",
        "rank_skips",
        "offers",
        "application_scores",
        "application_links",
        "application_events",
        "application_documents",
        "application_assignments",
        "application_appeals",
        "applications",
        "call_tracks",
        "ranking_runs",
        "call_quotas",
        "call_examiners",
        "call_events",
        "call_documents",
        "call_criteria",
        "calls",
    ):
        op.drop_table(table)
