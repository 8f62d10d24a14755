"""The page of phones at /simulator/ and the simulator's own API below it (fixed by the project's design)."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.simulator.faults import ApiFault
from bot.simulator.pushes import BadPush
from bot.simulator.state import Entry, Person

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

ITEMS_ON_A_SCREEN = 80
# Nothing is loaded from outside, whatever an account puts into its messages.
POLICY = "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"


def create_page(simulator: "Simulator") -> Blueprint:
    """The routes of the page; mount it at `/simulator`."""
    routes = Blueprint(
        "simulator", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
    )
    platform = simulator.platform
    state = platform.state

    @routes.get("/")
    def phones() -> Response:
        page = render_template(
            "simulator/phones.html",
            wechat=simulator.wechat,
            account=simulator.account,
            title=simulator.title,
            webhook_url=simulator.pusher.webhook_url,
            data_format=simulator.data_format,
            authorise_url=url_for("wechat_api.authorise"),
        )
        return Response(page, headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"})

    @routes.post("/api/say")
    def say() -> ResponseReturnValue:
        given = _given()
        openid, kind = given.pop("openid", None), given.pop("type", None)
        if not isinstance(openid, str) or not openid or not isinstance(kind, str):
            return {"error": "openid and type are needed, as text"}, 400
        try:
            return simulator.say(openid, kind, given)
        except BadPush as error:
            return {"error": str(error)}, 400

    @routes.get("/api/people")
    def people() -> ResponseReturnValue:
        return _people(state.people)

    @routes.post("/api/people")
    def add_person() -> ResponseReturnValue:
        """A newcomer `{"openid"?, "name"?, "role"?}`, or a change `{"openid", "refuses": true|false}`."""
        given = _given()
        openid = str(given.get("openid") or simulator.new_openid())
        role = given.get("role", "resident")
        if role not in ("resident", "member", "coordinator"):
            return {"error": "role: expected resident, member or coordinator"}, 400
        person = state.meet(openid, str(given.get("name") or ""), role)
        if isinstance(given.get("refuses"), bool):
            state.refuse(openid, given["refuses"])
        return _person(person)

    @routes.get("/api/inbox")
    def inbox() -> ResponseReturnValue:
        return {"items": state.inbox(request.args.get("openid", ""))}

    @routes.get("/api/chat")
    def chat() -> ResponseReturnValue:
        """Both sides, and WeChat's own notices."""
        return {"items": state.chat(request.args.get("openid", ""))}

    @routes.get("/api/changes")
    def changes() -> ResponseReturnValue:
        """What is new for the page since the counts it has seen: `after` items, `pushes`, `version`."""
        seen = {name: request.args.get(name, 0, type=int) for name in ("after", "pushes", "version")}
        with state.lock:
            answer: dict[str, Any] = {
                "items": state.changes(seen["after"], ITEMS_ON_A_SCREEN),
                "run": simulator.run,
                "in_flight": simulator.in_flight(),  # before `pushes`, so that none is in neither
                "pushes": simulator.pushes(seen["pushes"]),
                "version": state.version,
            }
            if state.version != seen["version"]:
                answer |= {"people": _people(state.people), "menu": state.menu}
        return answer

    @routes.get("/api/codes")
    def codes() -> ResponseReturnValue:
        return {"codes": state.live_codes()}

    @routes.get("/api/pushes/<int:number>")
    def push(number: int) -> ResponseReturnValue:
        record = simulator.push_by_number(number)
        return record if record else ({"error": "no such push, or not finished yet"}, 404)

    @routes.post("/api/pushes/<int:number>/redeliver")
    def redeliver(number: int) -> ResponseReturnValue:
        answer = simulator.redeliver(number)
        return answer if answer else ({"error": "no such push"}, 404)

    @routes.post("/api/verify")
    def verify() -> ResponseReturnValue:
        return {"problem": simulator.pusher.verify()}

    @routes.post("/api/media")
    def upload() -> ResponseReturnValue:
        """A file of a person: form field `media`, `?type=image|voice|video|file`."""
        file = request.files.get("media")
        if file is None:
            return {"error": "the form field media is missing"}, 400
        try:
            media = platform.media.add(
                request.args.get("type", "image"), file.filename or "", file.read(), platform.now()
            )
        except ApiFault as error:
            return {"error": error.message, "code": error.code}, 400
        return {"media_id": media.media_id, "pic_url": simulator.media_url(media.media_id)}

    @routes.get("/api/media/<media_id>")
    def media(media_id: str) -> Response:
        try:
            found, body = platform.media.read(media_id, platform.now())
        except ApiFault:
            abort(404)
        return Response(body, mimetype=found.content_type, headers={"Cache-Control": "private, max-age=3600"})

    @routes.get("/api/faults")
    def faults() -> ResponseReturnValue:
        return {"faults": [vars(fault) for fault in platform.faults.listed()]}

    @routes.post("/api/faults")
    def switch_fault() -> ResponseReturnValue:
        """`{"path": "/cgi-bin/…", "code": 45047, "times": 1, "http_status": 200}`; times 0 switches it off."""
        given = _given()
        path, code = given.get("path"), given.get("code")
        times, http_status = given.get("times", 1), given.get("http_status", 200)
        if not (
            isinstance(path, str) and isinstance(code, int) and isinstance(times, int) and isinstance(http_status, int)
        ):
            return {"error": "path as text and code, times, http_status as numbers are needed"}, 400
        platform.faults.switch(path, code, times, http_status)
        return faults()

    @routes.delete("/api/faults")
    def clear_faults() -> ResponseReturnValue:
        platform.faults.clear()
        return faults()

    return routes


def _given() -> Entry:
    value = request.get_json(force=True, silent=True)
    if not isinstance(value, dict):
        abort(Response('{"error": "a JSON object is needed"}', status=400, mimetype="application/json"))
    return value


def _people(people: dict[str, Person]) -> dict[str, list[Entry]]:
    roles = {"residents": "resident", "members": "member", "coordinators": "coordinator"}
    return {
        name: [_person(person) for person in list(people.values()) if person.role == role]
        for name, role in roles.items()
    }


def _person(person: Person) -> Entry:
    return {"openid": person.openid, "name": person.name, "follows": person.follows, "refuses": person.refuses}
