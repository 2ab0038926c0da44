"""What follows from what: the handlers of every event, the jobs, the pages, the commands. Nothing else happens."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import click
from flask import Flask

from lms import events, jobs, models
from lms.accounts import cli as accounts_cli
from lms.accounts import events as accounts
from lms.accounts import views as accounts_views
from lms.admissions import events as admissions
from lms.admissions import jobs as admissions_jobs
from lms.admissions import queries as admissions_queries
from lms.admissions import services as admissions_services
from lms.admissions import views as admissions_views
from lms.admissions.services import minutes as admissions_minutes
from lms.admissions.services import results as admissions_results
from lms.assessment import events as assessment
from lms.assessment import jobs as assessment_jobs
from lms.assessment import queries as assessment_queries
from lms.assessment import views as assessment_views
from lms.assessment.services.attempts import move_deadlines
from lms.catalogue import events as catalogue
from lms.catalogue import views as catalogue_views
from lms.cohorts import events as cohorts
from lms.cohorts import jobs as cohorts_jobs
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.services import complete_enrolment, rosters
from lms.credentials import cli as credentials_cli
from lms.credentials import events as credentials
from lms.credentials import jobs as credentials_jobs
from lms.credentials import services as credentials_services
from lms.credentials import views as credentials_views
from lms.demo import cli as demo_cli
from lms.exemptions import events as exemptions
from lms.exemptions import views as exemptions_views
from lms.home import views as home_views
from lms.notifications import applicants
from lms.notifications import exemptions as exemption_letters
from lms.notifications import jobs as notifications_jobs
from lms.notifications import queries as notifications_queries
from lms.notifications import services as notifications
from lms.notifications import views as notifications_views
from lms.operations import cli as operations_cli
from lms.operations import jobs as operations_jobs
from lms.operations import metrics, plan
from lms.operations import queries as operations_queries
from lms.operations import views as operations_views
from lms.operations.plan import Periodic, Plan
from lms.reporting import jobs as reporting_jobs
from lms.reporting import views as reporting_views
from lms.reporting.queries import kpis as reporting_kpis
from lms.results import events as results_events
from lms.results import services as results
from lms.results import views as results_views
from lms.timetable import events as timetable
from lms.timetable import jobs as timetable_jobs
from lms.timetable import queries as timetable_queries
from lms.timetable import views as timetable_views

HANDLERS: Mapping[type[events.Event], Sequence[events.Handler]] = {
    accounts.UserInvited: (notifications.announce_invitation,),
    accounts.PasswordResetAsked: (notifications.announce_password_reset,),
    accounts.PasswordChanged: (notifications.announce_password_changed,),
    accounts.SecondFactorChanged: (notifications.announce_factor_changed,),
    admissions.AppealDecided: (applicants.announce_appeal_answer,),
    admissions.AppealLodged: (applicants.announce_appeal,),
    admissions.ApplicationChanged: (applicants.announce_step,),
    admissions.ApplicationStarted: (applicants.announce_start,),
    admissions.ApplicationSubmitted: (applicants.announce_receipt,),
    admissions.LinkAsked: (applicants.announce_link,),
    admissions.OfferDueSoon: (applicants.announce_offer_due,),
    admissions.OfferMade: (applicants.announce_offer,),
    admissions.ResultsPublished: (applicants.announce_results,),
    assessment.AttemptGraded: (results.review_module,),
    assessment.WorkHandedIn: (),  # returned work has no mark, so handing it in again changes none
    assessment.WorkReviewed: (results.review_module, notifications.announce_review),
    assessment.LiveMarkRecorded: (results.review_module,),
    assessment.PracticeSignedOff: (results.show_first_transmission,),
    assessment.PracticeWithdrawn: (results.withdraw_first_transmission,),
    catalogue.CourseVersionPublished: (),
    catalogue.ProgrammeVersionPublished: (),
    cohorts.ParticipantEnrolled: (notifications.announce_enrolment,),
    cohorts.EnrolmentChanged: (),
    cohorts.ArrangementsChanged: (move_deadlines,),
    cohorts.EnrolmentTransferred: (),
    cohorts.HeadCountLow: (notifications.announce_low_head_count,),
    cohorts.SeatFreed: (admissions_services.offer_freed_seats,),
    credentials.CertificateIssued: (notifications.announce_certificate,),
    credentials.CertificateReplaced: (notifications.announce_replacement,),
    credentials.CertificateRevoked: (notifications.announce_revocation,),
    exemptions.AssessorAsked: (exemption_letters.announce_opinion_asked,),
    exemptions.ExemptionGranted: (results.review_module,),
    exemptions.OpinionsComplete: (exemption_letters.announce_opinions_complete,),
    exemptions.RequestMoved: (exemption_letters.announce_exemption_step,),
    jobs.JobParked: (notifications.announce_parked_job,),
    results_events.ModulePassed: (),
    results_events.ProgrammeCompleted: (complete_enrolment, credentials_services.issue_on_completion),
    timetable.AttendanceRecorded: (results.review_module,),
    timetable.SheetOverdue: (notifications.announce_sheet_overdue,),
    timetable.SheetRecorded: (results.review_module_of_many,),
    timetable.SessionCancelled: (notifications.announce_session_cancelled,),
    timetable.SessionConfirmed: (),
    timetable.SessionHeld: (),
    timetable.SessionLocked: (),
    timetable.SessionMoved: (notifications.announce_session_moved,),
    timetable.SessionStarted: (),
}

JOBS: Mapping[str, jobs.Handler] = {
    "admissions.follow_calls": admissions_jobs.follow_calls,
    "admissions.settle_offers": admissions_jobs.settle_offers,
    admissions_results.RANKING_JOB: admissions_jobs.make_ranking,
    admissions_minutes.MINUTES_JOB: admissions_jobs.print_minutes,
    admissions_results.RESULTS_JOB: admissions_jobs.publish_results,
    "assessment.close_overdue": assessment_jobs.close_overdue,
    rosters.JOB: cohorts_jobs.import_roster,
    "cohorts.expire_holds": cohorts_jobs.expire_holds,
    "cohorts.start_cohorts": cohorts_jobs.start_cohorts,
    "cohorts.watch_head_counts": cohorts_jobs.watch_head_counts,
    "credentials.cohort_archive": credentials_jobs.cohort_archive,
    "credentials.issue_cohort": credentials_jobs.issue_cohort,
    "credentials.seal": credentials_jobs.seal,
    notifications.MAIL_ANNOUNCEMENT: notifications_jobs.mail_announcement,
    "notifications.send_pending": notifications_jobs.send_pending,
    "timetable.follow_clock": timetable_jobs.follow_clock,
    "timetable.keep_calendar": timetable_jobs.keep_calendar,
    "timetable.lock_sheets": timetable_jobs.lock_sheets,
    "operations.send_audit_head": operations_jobs.send_audit_head,
    "operations.tidy": operations_jobs.tidy,
    "reporting.freeze_figures": reporting_jobs.freeze_figures,
    operations_queries.VERIFY_AUDIT: operations_jobs.verify_audit,
}

PERIODIC: Sequence[Periodic] = (
    Periodic("notifications.send_pending", timedelta(seconds=5), notifications_queries.is_any_due),
    Periodic("assessment.close_overdue", timedelta(seconds=30), assessment_queries.is_any_overdue),
    Periodic("admissions.follow_calls", timedelta(minutes=5), admissions_queries.is_any_call_due),
    Periodic("admissions.settle_offers", timedelta(minutes=5), admissions_queries.is_any_offer_due),
    Periodic("cohorts.start_cohorts", timedelta(minutes=15), cohorts_queries.is_any_to_start),
    Periodic("cohorts.watch_head_counts", timedelta(hours=6), cohorts_queries.low_head_counts),
    Periodic("cohorts.expire_holds", timedelta(minutes=5), cohorts_queries.is_any_hold_over),
    Periodic("timetable.follow_clock", timedelta(minutes=1), timetable_queries.is_any_session_due),
    Periodic("timetable.keep_calendar", timedelta(days=1)),
    Periodic("timetable.lock_sheets", timedelta(minutes=10), timetable_queries.is_any_sheet_overdue),
    Periodic("reporting.freeze_figures", timedelta(hours=6), reporting_kpis.months_to_freeze),
    Periodic("operations.tidy", timedelta(hours=1)),
    Periodic("operations.send_audit_head", timedelta(days=1)),
)

INITIALISERS: Sequence[Callable[[], None]] = (credentials_cli.initialise, timetable_jobs.initialise)
"""What ``lms init`` does once the tables are there: each in a transaction of its own making, safe to repeat."""

BLUEPRINTS = (
    home_views.bp,
    accounts_views.bp,
    *admissions_views.blueprints,
    assessment_views.bp,
    catalogue_views.bp,
    credentials_views.bp,
    exemptions_views.bp,
    notifications_views.bp,
    operations_views.bp,
    results_views.bp,
    *timetable_views.blueprints,
    *reporting_views.blueprints,  # cohorts and learning, with the pages that read packages above them
)

COMMANDS: Sequence[click.Command] = (
    accounts_cli.people,
    credentials_cli.certificates,
    *operations_cli.COMMANDS,
    demo_cli.demo,
)


def connect() -> None:
    """Install the handlers. Called once a process, before anything happens."""
    events.connect(HANDLERS)


TABLES = models.Base.metadata
"""Every table: importing this module is what makes them known."""


def register(app: Flask) -> None:
    plan.init_app(app, Plan(JOBS, PERIODIC, INITIALISERS))
    metrics.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
