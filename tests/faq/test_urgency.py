"""The rules of urgency with the small town's words, and every danger of the shipped content."""

import pytest

from faq.content import Content
from faq.urgency import Alarm

UNDER_WAY = {
    "本人想不开": (
        "我不想活了",
        "活着没意思,我想死",
        "活着真累",
    ),
    "钱被骗走": (
        "我被骗了二十万",
        "刚才转账被骗走三千块",
    ),
    "呼救": (
        "救救我",
        "快来人啊",
    ),
    "燃气泄漏": (
        "厨房煤气泄漏了,味道很大",
        "家里闻到一股天然气味",
        "煤气罐漏气了怎么办",
        "我家是不是煤气泄漏了,头晕",
    ),
    "火灾": (
        "楼下着火了",
        "3号楼5层冒黑烟了",
        "草原着火了火势很大",
        "电视坏了,家里着火了",
        "家里没人着火了",
        "别人家着火了快来",
    ),
    "被困": (
        "电梯里困了三个人",
        "我被困在电梯里了",
        "老人被压在柜子下面",
        "孩子卡在护栏里了",
    ),
    "触电和带电电线": (
        "电线断了掉地上冒火花了",
        "高压线掉在路上了",
        "有人触电了",
    ),
    "落水落井": (
        "孩子掉井里了",
        "有人跳河了",
        "小孩掉冰窟窿里了",
        "水库有人溺水",
        "井盖没了孩子掉进去了",
    ),
    "坍塌": (
        "我家房子塌了",
        "脚手架倒了",
    ),
    "中毒": (
        "一家人煤气中毒",
        "我妈喝农药了",
        "我妈可能煤气中毒了",
    ),
    "急病": (
        "老伴晕倒叫不醒",
        "我爸开会的时候晕倒了",
        "老人摔倒动不了了",
        "路口车祸撞了人",
        "怕是心梗了,喘不上气",
    ),
    "轻生": (
        "我不想活了",
        "有人要跳楼",
        "她说要从楼上跳下去",
        "活着没意思想死",
    ),
    "走失": (
        "孩子走丢了",
        "我妈不见了,老年痴呆",
        "我爸早上出门到现在没回来",
        "三岁孩子找不到了",
    ),
    "暴力伤害": (
        "邻居拿刀砍人",
        "楼下打起来了动刀子",
        "有人持刀抢劫",
        "家暴救命",
        "有人拿刀砍人打110没人接",
    ),
}
# What an exception for another sentence once hid.
HIDDEN = ("羊倌晕倒在草场上", "火锅店着火了", "楼下着火了怎么办", "着火了太危险快来人", "孩子不小心掉进水井了")


@pytest.fixture
def alarm(small_town: Content) -> Alarm:
    return Alarm(small_town)


@pytest.fixture(scope="module")
def real_alarm(real: Content) -> Alarm:
    return Alarm(real)


def test_a_danger_names_whom_to_call_and_what_to_do(alarm: Alarm) -> None:
    urgency, danger = alarm.judge("厨房燃气泄漏了")
    assert urgency == "emergency"
    assert danger is not None
    assert (danger.name, danger.call) == ("燃气泄漏", "119")
    assert danger.advice


@pytest.mark.parametrize(
    "text",
    ["去年我家着过火", "电视里着火了", "没有着火", "煤气泄漏怎么预防", "着火了,虚惊一场"],
)
def test_denial_the_past_a_film_a_question_and_what_is_over_are_no_danger(alarm: Alarm, text: str) -> None:
    assert alarm.judge(text) == ("normal", None)


@pytest.mark.parametrize(
    "text",
    ["电视坏了,家里着火了", "去年也着过火。现在又着火了", "去年着过火,今天又着火了", "電視壞了 著火了 家里着火了"],
)
def test_what_is_harmless_in_one_clause_hides_no_danger_in_another(alarm: Alarm, text: str) -> None:
    assert alarm.judge(text)[0] == "emergency"


def test_of_two_dangers_the_first_in_the_file_is_named(alarm: Alarm) -> None:
    assert [danger and danger.name for danger in (alarm.judge("着火了,还漏气")[1],)] == ["燃气泄漏"]


def test_what_may_injure_soon_is_urgent_and_the_rest_is_normal(alarm: Alarm) -> None:
    assert alarm.judge("楼道电线耷拉下来了") == ("urgent", None)
    assert alarm.judge("停水好几天了") == ("urgent", None)
    assert alarm.judge("路灯不亮") == ("normal", None)
    assert alarm.judge("") == ("normal", None)


@pytest.mark.parametrize("text", HIDDEN)
def test_a_word_of_the_exceptions_hides_no_real_danger(real_alarm: Alarm, text: str) -> None:
    assert real_alarm.judge(text)[0] == "emergency"


@pytest.mark.parametrize("danger", UNDER_WAY)
def test_no_danger_to_life_is_missed(real_alarm: Alarm, danger: str) -> None:
    found = {text: real_alarm.judge(text)[1] for text in UNDER_WAY[danger]}
    assert [text for text, told in found.items() if told is None] == []
    assert danger in {told.name for told in found.values() if told}


@pytest.mark.parametrize(
    "text",
    [
        "没有煤气泄漏,只是想问燃气费怎么交",
        "去年我家着过火,想问保险怎么赔",
        "电视里演着火太吓人",
        "煤气中毒怎么预防",
        "有没有防煤气中毒的报警器",
        "燃气灶打不着火了",
        "小区附近有个火锅店油烟大",
        "学校搞消防演练",
        "老房子电线老化怕着火",
        "发生火灾打什么电话",
        "电梯经常卡住",
        "红绿灯坏了差点撞人",
        "车祸后遗症能报销吗",
        "我家狗走丢了",
        "孩子身份证丢了",
        "想死你们了,好久没联系",
        "吵死了睡不着",
        "跳楼价大甩卖",
        "家暴怎么取证",
        "打我电话一直没人接",
        "孩子走丢了,已经找到了",
        "围墙倒了没人管",
        "防溺水宣传什么时候",
    ],
)
def test_what_only_sounds_like_danger_raises_no_alarm(real_alarm: Alarm, text: str) -> None:
    assert real_alarm.judge(text)[1] is None


def test_every_danger_of_the_content_has_a_case_here(real: Content) -> None:
    assert {danger.name for danger in real.dangers} == UNDER_WAY.keys()
