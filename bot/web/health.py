"""/healthz (alive), /readyz (each part by name) and /metrics (Prometheus)."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

from bot.clock import Now
from bot.records import outbox
from bot.records.store import Store


def create_health(parts: Mapping[str, Callable[[], bool]], needed: set[str], store: Store, now: Now) -> Blueprint:
    """`parts` are checks by name; the ones in `needed` decide whether the process is ready."""
    health = Blueprint("health", __name__)
    registry = CollectorRegistry()
    replies = Histogram(
        "reply_seconds",
        "Time from a push to its reply",
        registry=registry,
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    )
    notices = Gauge("outbox_notices", "Notices in the outbox by state", ["state"], registry=registry)
    waiting = Gauge("outbox_oldest_due_seconds", "How long the oldest due notice has waited", registry=registry)

    @health.get("/healthz")
    def alive() -> Response:
        return Response("ok", mimetype="text/plain")

    @health.get("/readyz")
    def ready() -> tuple[Response, int]:
        found = {name: _works(check) for name, check in parts.items()}
        is_ready = all(found[name] for name in needed)
        return jsonify({"ready": is_ready, "parts": found}), 200 if is_ready else 503

    @health.get("/metrics")
    def metrics() -> Response:
        moment = now()
        with store.read() as connection:
            counts = outbox.counts(connection)
            oldest = outbox.oldest_due(connection, moment)
        for state in ("pending", "held", "sent", "dropped", "dead"):
            notices.labels(state).set(counts.get(state, 0))
        waiting.set((moment - oldest).total_seconds() if oldest else 0)
        return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")

    @health.before_app_request
    def start() -> None:
        request.environ["lianxinqiao.started_at"] = now()

    @health.after_app_request
    def observe(response: Response) -> Response:
        if request.path == "/wechat" and request.method == "POST":
            replies.observe((now() - request.environ["lianxinqiao.started_at"]).total_seconds())
        return response

    return health


def _works(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # a part that raises does not work, whatever it raises
        return False
