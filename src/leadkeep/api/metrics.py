"""What `/metrics` tells Prometheus. No label ever holds what a caller sent."""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})

_REQUESTS = Counter("leadkeep_requests_total", "HTTP requests answered", ("face", "method", "status"))
_SECONDS = Histogram(
    "leadkeep_request_seconds",
    "Time from a request's arrival to the end of its answer",
    ("face",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_LEADS = Counter("leadkeep_leads_captured_total", "Leads stored")
_BATCHES = Counter("leadkeep_capture_batches_total", "Transactions that leads were stored in")


class _Face:
    """The metrics of one face, looked up by label once and not at every request."""

    def __init__(self, face: str) -> None:
        self._face = face
        self._seconds = _SECONDS.labels(face)
        self._counters: dict[tuple[str, int], Counter] = {}

    def count(self, method: str, status: int, seconds: float) -> None:
        counter = self._counters.get((method, status))
        if counter is None:
            label = method if method in _METHODS else "other"
            counter = _REQUESTS.labels(self._face, label, str(status))
            if label == method:
                self._counters[method, status] = counter
        counter.inc()
        self._seconds.observe(seconds)


def face_metrics(face: str) -> _Face:
    return _Face(face)


def count_batch(leads: int) -> None:
    _LEADS.inc(leads)
    _BATCHES.inc()


def render() -> tuple[bytes, str]:
    """The exposition and its content type; of all workers together where there are several."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(), CONTENT_TYPE_LATEST
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST
