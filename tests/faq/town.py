"""A small town's content, complete and free of faults, for tests that need their own."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from faq.content import Content, load_content

REAL = Path(__file__).parents[2] / "faq"

ENTRIES = """
[[entry]]
id = "id-card-lost"
category = "治安消防"
question = "身份证丢了怎么补办?"
similar = ["身份证遗失补领手续", "补办身份证要带什么", "身份证不见了去哪里重新办"]
answer = "带户口簿到就近的派出所户籍窗口申请补领。"
source = "《中华人民共和国居民身份证法》第十一条"
local = "办理地点:【待填:户政大厅地址】"

[[entry]]
id = "residence-permit"
category = "治安消防"
question = "居住证怎么办理?"
similar = ["外地人办居住证要什么材料", "居住证在哪里申请", "办居住证需要多久"]
answer = "在居住地的派出所或者受其委托的社区服务机构申领。"
source = "《居住证暂行条例》第九条"

[[entry]]
id = "gas-payment"
category = "供水供电供气"
question = "燃气费怎么交?"
similar = ["天然气费在哪里缴", "手机上怎么交煤气费", "燃气卡怎么充值"]
answer = "燃气费可以在供气企业的营业厅或线上渠道缴纳。"
source = "《城镇燃气管理条例》"
local = "营业厅:人民路1号。"

[[entry]]
id = "heating-season"
category = "供暖"
question = "什么时候开始供暖?"
similar = ["今年几号来暖气", "供暖期是哪天到哪天", "暖气什么时候停"]
answer = "供暖期由当地政府确定并公布。"
source = "《民用建筑节能条例》"
"""

CATEGORIES = """
[[category]]
name = "供暖"
time_limit_hours = 24
strong = ["暖气", "供暖"]
words = ["不热", "冰凉"]
patterns = ["(屋|家)里.{0,4}(冷|冻)"]

[[category]]
name = "供水供电供气"
time_limit_hours = 24
strong = ["电线", "停电", "停水", "燃气", "煤气"]
words = ["楼道", "水管"]
not_when = ["充电桩"]

[[category]]
name = "市政设施"
time_limit_hours = 72
strong = ["路灯", "井盖"]
words = ["不亮"]

[[category]]
name = "物业管理"
time_limit_hours = 72
strong = ["物业"]
words = ["楼道", "电梯"]

[[category]]
name = "治安消防"
time_limit_hours = 72
strong = ["身份证", "居住证"]

[[category]]
name = "其他"
time_limit_hours = 120
"""

URGENCY = """
[[danger]]
name = "燃气泄漏"
call = "119"
advice = "先关阀门开窗,别碰开关,马上到室外。"
patterns = ["(煤气|燃气|天然气).{0,6}(泄漏|漏气|味)", "闻到.{0,6}(煤气|燃气)", "漏气"]
unless = ["电视", "怎么预防"]

[[danger]]
name = "火灾"
call = "119"
advice = "马上离开,别坐电梯,在楼下等消防员。"
patterns = ["着火", "起火了"]
unless = ["(去年|以前).{0,8}着过?火", "电视"]

[urgent]
patterns = ["电线.{0,6}(耷拉|垂|掉)", "停水.{0,6}天"]
words = ["没饭吃"]

[over]
words = ["虚惊一场"]
"""

AREAS = """
[[area]]
name = "鄂尔多斯市"
level = "city"
aliases = ["鄂尔多斯"]

[[area]]
name = "东胜区"
level = "banner"
parent = "鄂尔多斯市"
aliases = ["东胜"]

[[area]]
name = "公园街道"
level = "township"
parent = "东胜区"

[[area]]
name = "和平社区"
level = "community"
parent = "公园街道"
scene = "heping"
latitude = 39.8
longitude = 109.9
"""

ROSTER = """
[[member]]
name = "值班委员甲"
sector = "医药卫生界"
area = "东胜区"
code = "AAAA2222"

[[coordinator]]
name = "调度员甲"
code = "BBBB3333"

[[shift]]
who = "值班委员甲"
area = "东胜区"
days = ["周一", "周日"]
from = "20:00"
to = "08:00"

[[shift]]
who = "调度员甲"
area = "鄂尔多斯市"
categories = ["供暖"]
days = ["周三"]
from = "00:00"
to = "24:00"
"""

REPLIES = """
[report]
opened = "收到,编号 {number}。"

[talk]
hello = "您好。"
"""

FILES: Mapping[str, str] = {
    "entries-town.toml": ENTRIES,
    "categories.toml": CATEGORIES,
    "urgency.toml": URGENCY,
    "areas.toml": AREAS,
    "roster.toml": ROSTER,
    "replies.toml": REPLIES,
}


def write(folder: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """The town's files in a folder; `changes` replaces files by name, None leaves one out. The folder."""
    for name in ("places.toml", "calibration.toml", "intents.toml"):
        shutil.copy(REAL / name, folder)
    # What the sender wants is learned from every fourth of the real examples, which is soon done; their categories are
    # not all this town's.
    few = thinned((REAL / "examples.toml").read_text("utf-8"), 4)
    (folder / "examples.toml").write_text(re.sub('(?<=^category = ").*(?="$)', _own, few, flags=re.M), "utf-8")
    for name, text in {**FILES, **(changes or {})}.items():
        if text is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_text(text, "utf-8")
    return folder


def thinned(examples: str, step: int) -> str:
    """An examples.toml with the first of each so many texts of a group: who learns from fewer is sooner ready."""
    return re.sub('(?:^    ".*",\n)+', lambda texts: "".join(texts[0].splitlines(True)[::step]), examples, flags=re.M)


def _own(category: re.Match[str]) -> str:
    return category[0] if f'name = "{category[0]}"' in CATEGORIES else "其他"


def town(folder: Path) -> Content:
    """The town's content."""
    return load_content(write(folder))
