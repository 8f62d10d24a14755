import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.content import Content
from faq.places import AreaName, Gazetteer, PlaceFinder

AREAS = [
    AreaName(1, "鄂尔多斯市", ("鄂尔多斯",), "city"),
    AreaName(2, "东胜区", ("东胜",), "banner"),
    AreaName(3, "公园街道", (), "township"),
    AreaName(4, "和平社区", ("和平小区",), "community"),
    AreaName(5, "新和平社区", (), "community"),
    AreaName(6, "伊金霍洛旗", ("伊旗",), "banner"),
]


@pytest.fixture(scope="module")
def finder(real: Content) -> PlaceFinder:
    return PlaceFinder(real.place_words, ["东胜区", "东胜", "伊旗", "康巴什区", "鄂托克旗"])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("工行小区3号楼楼道电线耷拉下来了", "工行小区3号楼楼道"),
        ("工行小區3號樓樓道電線耷拉下來了", "工行小區3號樓樓道"),
        ("昨天晚上我们工行小区停水了", "工行小区"),
        ("暖气不热,祥和小区5栋2单元302室", "祥和小区5栋2单元302室"),
        ("铁西二期3号楼", "铁西二期3号楼"),
        ("我们小区3号楼2单元没暖气", "3号楼2单元"),
        ("东胜区铁西路万达广场对面路灯不亮", "东胜区铁西路万达广场对面"),
        ("天骄路与鄂尔多斯大街交叉口红绿灯坏了", "天骄路与鄂尔多斯大街交叉口"),
        ("文明路口堵得厉害", "文明路口"),
        ("铁西公园南门口", "铁西公园南门口"),
        ("鄂托克旗阿尔巴斯苏木赛乌素嘎查三社要打井", "鄂托克旗阿尔巴斯苏木赛乌素嘎查三社"),
        ("乌审旗嘎鲁图镇布日都嘎查的桥断了", "乌审旗嘎鲁图镇布日都嘎查"),
        ("巴音淖尔牧区断水了", "巴音淖尔牧区"),
        ("泊尔江海子镇柴登村的路坏了", "泊尔江海子镇柴登村"),
        ("请问康巴什区政务大厅在哪", "康巴什区政务大厅"),
        ("东胜区第三小学门口没有红绿灯", "东胜区第三小学门口"),
        ("伊旗阿镇王府花园7号楼暖气不热", "伊旗阿镇王府花园7号楼"),
        ("凤凰城小区交房两年了", "凤凰城小区"),
        ("天骄广场广场舞太吵", "天骄广场"),
        ("210国道有大坑", "210国道"),
        ("东胜哪里办居住证", "东胜"),
        ("从伊旗到东胜区的班车几点", "东胜区"),
    ],
)
def test_the_exact_words_of_the_longest_place_are_found(finder: PlaceFinder, text: str, place: str) -> None:
    assert finder.find(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "我家楼下垃圾没人收",
        "小区里停电了",
        "我们巷口第三盏路灯昨晚灭了",
        "学校门口堵车",
        "马路上有个坑",
        "附近医院能报销吗",
        "老旧小区改造什么时候轮到我们",
        "农村医保怎么交",
        "101路公交车半个小时不来",
        "城市建设得不错",
        "电路老化",
        "身份证丢了怎么补办",
        "",
    ],
)
def test_generic_words_name_no_place(finder: PlaceFinder, text: str) -> None:
    assert finder.find(text) is None


@given(text=st.text(alphabet="我在工行小区3号楼东胜铁西路与的,门口 嘎查村A", max_size=60))
def test_a_place_is_always_a_part_of_the_text(finder: PlaceFinder, text: str) -> None:
    found = finder.find(text)
    assert found is None or (found and found in text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("东胜区公园街道和平社区3号楼", 4),
        ("东胜区公园街道", 3),
        ("东胜路灯坏了", 2),
        ("鄂尔多斯的路", 1),
        ("和平小区停水", 4),
        ("新和平社区停水", 5),
        ("伊旗和东胜都堵", 6),
        ("東勝區停水", 2),
        ("包头停水", None),
    ],
)
def test_the_most_specific_area_is_found_by_name_or_alias(text: str, key: int | None) -> None:
    assert Gazetteer(AREAS).find(text) == key
