"""``/metrics``: what Prometheus reads. Requests are counted in the process, jobs and mails in the database when it asks."""

import hmac
import os
import time
from collections.abc import Iterable
from ipaddress import ip_address

from flask import Flask, Response, current_app, g, request, request_finished
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from lms.jobs import JobState
from lms.notifications import queries as notifications
from lms.operations import queries
from lms.settings import Settings

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Set by ``lms serve`` when there are several web processes: the folder in which they count together."""

_SECONDS = Histogram(
    "lms_request_seconds", "Time to answer a request, the commit included.", ("endpoint", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)  # fmt: skip


def init_app(app: Flask) -> None:
    # A signal, because it comes after everything else that is done to an answer.
    request_finished.connect(_observe, app)


def _observe(_app: Flask, response: Response, **_rest: object) -> None:
    started = g.get("started")
    if started is not None:
        seconds = time.perf_counter() - started
        _SECONDS.labels(request.endpoint or "none", str(response.status_code)).observe(seconds)


def observe_kept(seconds: float) -> None:
    """An answer that ``web.doorstep`` had kept: the application never saw the request."""
    _SECONDS.labels("kept", "200").observe(seconds)


class _Backlog(Collector):
    """Jobs and mails as they are now. Needs a frame."""

    def collect(self) -> Iterable[Metric]:
        jobs = GaugeMetricFamily("lms_jobs", "Jobs by state.", labels=("state",))
        counts = queries.job_counts()
        for state in JobState:
            jobs.add_metric((state,), counts.get(state, 0))
        yield jobs
        yield GaugeMetricFamily(
            "lms_jobs_oldest_seconds",
            "For how long the oldest due job has waited.",
            queries.oldest_wait().total_seconds(),
        )
        mails = GaugeMetricFamily("lms_mails", "Mails not sent yet.", labels=("state",))
        for name, count in notifications.backlog().items():
            mails.add_metric((name,), count)
        yield mails


def exposition() -> Response:
    """All figures, in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(MultiProcessCollector(None) if os.environ.get(SHARED) else REGISTRY)  # type: ignore[no-untyped-call]
    registry.register(_Backlog())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read() -> bool:
    """In production only this machine itself, not what a proxy passes on, or whoever holds LMS_METRICS_TOKEN."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.is_production:
        return True
    if settings.metrics_token is not None:
        offered = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(offered.encode(), settings.metrics_token.encode())
    passed_on = any(name in request.headers for name in ("X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via"))
    return not passed_on and ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104 - compared, not opened
