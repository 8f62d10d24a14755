"""The page of `faq report`: whole in itself, readable, and silent about what nobody may read."""

import re
from html.parser import HTMLParser

import pytest

from bot.report_page import Frame, Part, Report, frame_of, interval, percent, point_at, report_page
from faq.assess import Point, Rate, Seen, assess
from tests.faq.seen import match, seen

CATEGORIES = ("供暖", "其他")
NASTY = "<script>alert(1)</script>&\"'"
WRONGS = [
    seen(f"问{NASTY}", {"match": match("sure", 0.95, "gas")}, intent="question", faq="card", tags=["typo"]),
    seen("吞了的诉求", {"match": match("sure", 0.91, "heat")}),
    seen("漏掉的险情", {"urgency": "normal", "danger": None}, urgency="emergency"),
    seen("误报的小事", {"urgency": "emergency", "danger": seen("", urgency="emergency").understood.danger}),
    seen("问成了诉求", {"intent": "request"}, intent="question", faq="card"),
    seen("判错的类别", {"category": "供暖", "evidence": (NASTY,), "weight": 3}),
]
VOID = {"meta", "path", "rect", "line", "circle", "polyline", "br"}


class Tags(HTMLParser):
    """Checks that every element is closed in its place, and collects attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def page(*parts: Part) -> str:
    return report_page(
        Report(
            made_at="2026年11月24日 15:30",
            version="abc123",
            encoders=("use",),
            sure_from=0.9,
            questions={"card": "身份证丢了怎么补办", "gas": "燃气费怎么交"},
            parts=parts,
        )
    )


def part(name: str, messages: list[Seen], *, is_hidden: bool = False) -> Part:
    return Part(name, assess(messages, CATEGORIES, with_cases=not is_hidden), is_hidden)


def words(html: str) -> str:
    """What is read, with single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html.split("</style>")[1]))


def test_the_page_holds_the_figures_with_count_interval_and_aim() -> None:
    right = [
        seen(f"{n}", {"match": match("sure", 0.95, "card")}, ("card",), intent="question", faq="card") for n in range(9)
    ]
    wrong = [seen("x", {"match": match("sure", 0.92, "card")}, ("gas", "card"), intent="question", faq="gas")]
    read = words(page(part("tune.jsonl", right + wrong)))
    assert "2026年11月24日 15:30 · 内容版本 abc123" in read
    assert "第一条命中 目标至少 85% 有问答可答的来信 100.0% 达标 10/10 72.2\u2013100.0%" in read
    assert "答得准 目标至少 97% 直接回答的来信中\uff0c答对的 90.0% 未达标 9/10 59.6\u201398.2%" in read
    assert "紧急找全 目标 100% 标为紧急的来信中\uff0c报了紧急的 — 0/0 —" in read
    assert "分数线 0.90\uff1a答 10 条\uff0c对 9 条\uff0890.0%\uff09" in read


def test_every_kind_of_wrong_is_told_with_what_would_be_right_and_what_misled() -> None:
    read = words(page(part("tune.jsonl", WRONGS)))
    assert "答了 gas怎么办 分数 0.95 应当 答 身份证丢了怎么补办" in read
    assert "吞了的诉求 id-吞了的诉求 答了 heat怎么办 分数 0.91 应当 登记其他的诉求" in read
    assert "漏掉的险情 id-漏掉的险情 判为 一般的诉求" in read
    assert "误报的小事 id-误报的小事 报了 火灾 应当 一般的诉求" in read
    assert "问成了诉求 id-问成了诉求 判为 其他的诉求 应当 答 身份证丢了怎么补办" in read
    assert "分量 3\uff09 应当 其他" in read


def test_a_hidden_part_shows_its_figures_and_no_text() -> None:
    hidden = part("report.jsonl", WRONGS, is_hidden=True)
    html = page(part("tune.jsonl", [seen("看得见", {"category": "供暖"})]), hidden)
    assert "看得见" in html
    assert not [one.message.text for one in WRONGS if one.message.text in html or one.message.id in html]
    assert "report.jsonl\uff1a6 条来信" in words(html)
    assert "只用来报告" in words(html)


def test_every_text_is_escaped() -> None:
    html = page(part(NASTY, WRONGS))
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;&amp;") >= 3


@pytest.mark.parametrize("messages", [[], [seen("a")], WRONGS], ids=["none", "one", "wrongs"])
def test_the_page_is_sound_and_loads_nothing(messages: list[Seen]) -> None:
    html = page(part("tune.jsonl", messages))
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert not tags.names & {"script", "link", "img", "iframe"}
    assert not re.search(r"https?:|url\(|@import|//[a-z]", html)
    for name, value in tags.attributes:
        assert name != "src"
        assert name != "href" or (value or "").startswith("#")
    assert 'name="viewport"' in html


def test_rates_are_written_as_people_read_them() -> None:
    assert (percent(0.12345), percent(None)) == ("12.3%", "—")
    assert (interval(Rate(0, 20)), interval(Rate(0, 0))) == ("0.0\u201316.1%", "—")


def test_the_curve_is_drawn_in_a_frame_that_shows_all_of_it() -> None:
    points = (Point(0.95, 4, 4, 10), Point(0.6, 8, 6, 10))
    frame = frame_of(points)
    assert frame.low == 0.7
    assert frame.line(points) == f"{frame.x(0.4)},{frame.y(1)} {frame.x(0.6)},{frame.y(0.75)}"
    assert frame.top == frame.y(1) < frame.y(0.75) < frame.y(0.7) == frame.bottom
    assert [round(tick, 2) for tick in frame.ticks] == [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0]
    assert [round(tick, 1) for tick in Frame().ticks] == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert [point_at(points, score) for score in (0.99, 0.9, 0.6, 0.1)] == [None, points[0], points[1], points[1]]
