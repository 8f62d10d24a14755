import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.content import Content
from faq.places import AreaName, Gazetteer, PlaceFinder, is_only_place, nearest

AREAS = [
    AreaName(1, "鄂尔多斯市", ("鄂尔多斯",), "city"),
    AreaName(2, "东胜区", ("东胜",), "banner"),
    AreaName(3, "公园街道", (), "township"),
    AreaName(4, "和平社区", ("和平小区",), "community"),
    AreaName(5, "新和平社区", (), "community"),
    AreaName(6, "伊金霍洛旗", ("伊旗", "伊金霍洛"), "banner"),
    AreaName(7, "乌审旗", ("乌审",), "banner"),
    AreaName(8, "哈巴格希街道", (), "township"),
    AreaName(9, "树林召镇", ("树林召",), "township"),
    AreaName(10, "沙日召嘎查", (), "community"),
    AreaName(11, "铁西社区", ("铁西",), "community"),
    AreaName(12, "乌兰木伦镇", (), "township"),
    AreaName(13, "鄂托克前旗", ("鄂托克前",), "banner"),
    AreaName(14, "独贵塔拉镇", ("独贵",), "township"),
]


KNOWN = [
    *(
        "东胜区",
        "东胜",
        "伊旗",
        "康巴什区",
        "康巴什",
        "鄂托克旗",
        "鄂尔多斯市",
        "鄂尔多斯",
        "准格尔旗",
        "准格尔",
        "达旗",
    ),
    *("乌审旗", "罕台镇", "昂素镇", "树林召镇", "图克镇", "暖水乡", "苏米图苏木", "园丁社区", "沙圪堵镇", "中和西镇"),
]


@pytest.fixture(scope="module")
def finder(real: Content) -> PlaceFinder:
    return PlaceFinder(real.place_words, KNOWN)


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
        ("看看鄂尔多斯西街那排路灯", "鄂尔多斯西街"),
        ("准格尔路建行门口人行道砖坏了", "准格尔路建行门口"),
        ("达旗路太烂了", "达旗"),
        ("东胜路灯坏了", "东胜"),
        ("树林召镇农贸市场有人打架", "树林召镇农贸市场"),
        ("暖水乡德胜有梁村的小桥塌了", "暖水乡德胜有梁村"),
        ("苏米图苏木查干陶勒盖嘎查没信号", "苏米图苏木查干陶勒盖嘎查"),
        ("蝗虫上来了,昂素镇玛拉迪", "昂素镇玛拉迪"),
        ("昂素镇玛拉迪这边蝗虫上来了", "昂素镇玛拉迪"),
        ("昂素那边狼又下来了", "昂素"),
        ("少给我报了四千,鄂托克旗医保局得重算", "鄂托克旗医保局"),
        ("砖厂扣着身份证不给,塔然高勒砖厂", "塔然高勒砖厂"),
        ("暖气十三度,浩瀚一品6号楼", "浩瀚一品6号楼"),
        ("水表空转,祥和苑2号楼301", "祥和苑2号楼301"),
        ("康巴什第一小学午饭涨价了", "康巴什第一小学"),
        ("十几条狗在伊旗三小门口转悠", "伊旗三小门口"),
        ("传祥苑楼道灯坏了", "传祥苑楼道"),
        ("万达广场地下停车场B区有个小孩", "万达广场地下停车场B区"),
        ("园丁社区教师楼4单元停工了", "园丁社区教师楼4单元"),
        ("三单元楼道里插了五辆电瓶车", "三单元楼道"),
        ("有人站在鄂尔多斯大街这个天桥外头", "鄂尔多斯大街这个天桥"),
        ("对叫科技街科技街", "科技街"),
        ("成陵门票多少钱", "成陵"),
        ("去西安做手术医保认不认", "西安"),
        ("态度恶劣,市中心医院消化科", "市中心医院消化科"),
        ("109国道康巴什段翻车了", "109国道康巴什段"),
        ("罕台镇到沙圪堵镇那段路颠死人", "罕台镇到沙圪堵镇"),
        ("Where can I apply in Dongsheng?", "Dongsheng"),
        ("she cannot breathe, Kangbashi Hilton lobby", "Kangbashi Hilton lobby"),
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
        "办养鸡厂的合格证跑哪个窗口",
        "跳广场舞的能不能戴耳机",
        "老二明年念高中学费能少收吗",
        "离卫生院八十里地",
        "跑了一趟旗里",
        "嘎查断电一天了",
        "化工园区晚上臭",
        "我们五栋楼全没暖气",
        "社区医院把接种本弄丢了",
        "感谢连心桥",
        "打电话比上门省事",
        "大路口电线垂下来了",
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


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("伊金活络旗停水", 6),
        ("伊金活络那边停水", 6),
        ("乌什旗草场", 7),
        ("公元街道的路灯", 3),
        ("哈巴格西街道", 8),
        ("哈巴梅希街道", 8),
        ("树林照镇停电", 9),
        ("沙日召嘎察断水", 10),
        ("何平社区停水", 4),
        ("铁系二区3号楼", 11),
        ("鄂托克前期", 13),
        ("独贵塔啦镇", 14),
    ],
)
def test_a_misspelt_name_still_finds_its_area(text: str, key: int) -> None:
    assert Gazetteer(AREAS).find(text) == key


@pytest.mark.parametrize(
    "text",
    [
        "在公园接到一个电话",
        "在树林找不到羊",
        "这些菜都贵",
        "铁系的门坏了",
        "太平社区停水",
        "鄂托克街路灯不亮",
        "悦河社区停水",
        "一期的路灯",
        "wifi不好用",
        "",
    ],
)
def test_words_that_only_sound_a_little_like_an_area_name_none(text: str) -> None:
    assert Gazetteer(AREAS).find(text) is None


def test_a_name_that_is_spelt_right_wins_over_one_that_only_sounds_alike() -> None:
    gazetteer = Gazetteer([AreaName(1, "兴和社区", (), "community"), AreaName(2, "新和社区", (), "community")])
    assert gazetteer.find("兴和社区停水") == 1
    assert gazetteer.find("新和社区停水") == 2


def test_streets_and_waters_called_after_an_area_may_be_elsewhere() -> None:
    gazetteer = Gazetteer(AREAS)
    assert gazetteer.find("乌审东街的井盖") is None
    assert gazetteer.find("鄂尔多斯大街堵车") is None
    assert gazetteer.find("乌兰木伦湖结冰了") is None
    assert gazetteer.find("东胜区乌审东街的井盖") == 2
    assert gazetteer.find("乌兰木伦派出所") == 12
    assert gazetteer.find("伊旗路不平") == 6


PLACES = [
    AreaName(1, "鄂尔多斯市", (), "city", 39.61, 109.78),
    AreaName(2, "康巴什区", (), "banner", 39.61, 109.79),
    AreaName(3, "东胜区", (), "banner", 39.82, 110.0),
    AreaName(4, "无坐标社区", (), "community"),
]


def test_a_location_card_maps_to_the_nearest_area_and_the_most_specific_of_those_about_as_near() -> None:
    assert nearest(PLACES, 39.80, 109.98, 30) == 3
    assert nearest(PLACES, 39.61, 109.78, 30) == 2
    community = AreaName(5, "悦和社区", (), "community", 39.612, 109.792)
    assert nearest([*PLACES, community], 39.61, 109.79, 30) == 5


def test_a_location_card_far_from_every_area_maps_to_none() -> None:
    assert nearest(PLACES, 30.0, 120.0, 50) is None
    assert nearest([], 39.61, 109.78, 50) is None
    assert nearest(PLACES[3:], 39.61, 109.78, 50) is None


def test_distances_are_kilometres_along_the_great_circle() -> None:
    # One degree of latitude is 111.195 km on the mean radius of the earth, a degree of longitude at 60° half of it.
    pole = [AreaName(1, "点", (), "city", 60.0, 100.0)]
    assert nearest(pole, 61.0, 100.0, 111.2) == 1
    assert nearest(pole, 61.0, 100.0, 111.19) is None
    assert nearest(pole, 60.0, 101.0, 55.6) == 1
    assert nearest(pole, 60.0, 101.0, 55.5) is None


@pytest.mark.parametrize(
    ("text", "place", "is_only"),
    [
        ("铁西小区", "铁西小区", True),
        ("我们在铁西小区呢。", "铁西小区", True),
        ("铁西小区没水", "铁西小区", False),
        ("没水", None, False),
        ("在呢", None, False),
    ],
)
def test_a_text_may_tell_nothing_but_where(text: str, place: str | None, is_only: bool) -> None:
    assert is_only_place(text, place) is is_only
