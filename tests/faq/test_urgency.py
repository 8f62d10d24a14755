"""The rules of urgency with the small town's words, and every danger of the shipped content."""

from dataclasses import replace

import pytest

from faq.content import Content
from faq.hearing import heard
from faq.items import Cues, Danger
from faq.urgency import Alarm

UNDER_WAY = {
    "燃气泄漏": (
        "厨房煤气泄漏了,味道很大",
        "我家一股煤气味咋办",
        "家里闻到一股天然气味",
        "煤气罐漏气了怎么办",
        "挖掘机把燃气管子挖断了呼呼往外喷",
        "天然气软管掉了,关不上阀",
        "我家是不是煤气泄漏了,头晕",
        "There is a gas leak in our kitchen",
    ),
    "危险品泄漏": ("冷库氨气泄漏", "拉盐酸的罐车翻了往外冒白烟", "化工厂氯气漏了"),
    "触电和带电电线": (
        "电线断了掉地上冒火花了",
        "高压线掉在路上了",
        "有人触电了",
        "我男人修水泵叫电打了",
        "变压器呲呲冒火星子",
    ),
    "火灾": (
        "楼下着火了",
        "草原着火了火势很大",
        "电视坏了,家里着火了",
        "家里没人着火了",
        "别人家着火了快来",
        "灶房着了",
        "油锅着了泼水越烧越大",
        "阳台烧起来了,火往上窜",
        "化工厂爆炸了",
        "插座冒烟了",
        "Гал гарлаа",
        "Help, the house is on fire",
    ),
    "被困": (
        "电梯里困了三个人",
        "我被困在电梯里了",
        "老人被压在柜子下面",
        "孩子卡在护栏里了",
        "娃锁车里了,外头三十五度",
        "我们在沙漠里迷路了,水喝完了",
        "车陷雪窝子里了,油快没了,车上有老人",
        "胳膊绞到搅拌机里拔不出来",
        "着火了,我妈还在里面",
    ),
    "落水落井": (
        "孩子掉井里了",
        "有人跳河了",
        "小孩掉冰窟窿里了",
        "水库有人溺水",
        "井盖没了孩子掉进去了",
        "冰裂了我儿子下去了",
        "有辆车栽水库里了",
        "Хүүхэд худагт уначихлаа",
    ),
    "坍塌": ("我家房子塌了", "脚手架倒了", "挖管沟塌方埋人了", "发洪水了,水往屋里灌", "窑洞塌下来半边,媳妇压里头了"),
    "中毒": (
        "一家人煤气中毒",
        "我妈喝农药了",
        "我妈可能煤气中毒了",
        "孩子吞了纽扣电池",
        "吃了野蘑菇又吐又抽",
        "蛇咬了腿肿到膝盖",
        "炉子没封好,老伴头晕恶心站不住",
    ),
    "急病": (
        "老伴晕倒叫不醒",
        "我爸开会的时候晕倒了",
        "老人摔倒动不了了",
        "路口车祸撞了人",
        "怕是心梗了,喘不上气",
        "娃娃噎住了脸都憋青了",
        "孩子抽抽了翻白眼",
        "爸爸嘴歪了,半边身子动不了",
        "羊水破了,雪把路封了",
        "血止不住了",
        "从脚手架上掉下来了",
        "my wife is choking, she cannot breathe",
    ),
    "本人想不开": (
        "我不想活了",
        "活着没意思,我想死",
        "活着真累",
        "药都买好了,谢谢你们听我说,再见",
        "没事没事我就是跟你们道个别,这些年给大家添麻烦了,别找我",
        "如果我没了,有人会发现吗",
        "我走了保险能赔够吧,孩子也就解脱了",
    ),
    "轻生": (
        "有人要跳楼",
        "她说要从楼上跳下去",
        "桥上有个小伙子翻过栏杆坐在外头哭",
        "女儿割腕了",
        "他写好遗书了",
    ),
    "走失": (
        "孩子走丢了",
        "我妈不见了,老年痴呆",
        "我爸早上出门到现在没回来",
        "三岁孩子找不到了",
        "爷爷放羊去了两天没信儿",
        "闺女放学没回家,电话关机",
        "有人抢孩子",
    ),
    "暴力伤害": (
        "邻居拿刀砍人",
        "楼下打起来了动刀子",
        "有人持刀抢劫",
        "家暴救命",
        "有人拿刀砍人打110没人接",
        "楼上又打老婆呢,女的喊救命",
        "有人撬我家门,我不敢出声",
        "从公交站跟到楼下了,我不敢进门",
        "被关在一个院子里不让走",
        "别打电话 打字,他在砸门",
    ),
    "人身危险": ("一条狼狗扑倒个孩子,孩子在地上", "工人让钢筋扎穿了", "叉车把人挤墙上了", "洗菜的大婶倒下了"),
    "呼救": ("救救我", "快来人啊", "help!", "Тусалаарай!"),
}
# As it is typed in a hurry: homophones, pinyin, traditional letters.
MISSPELT = (
    "着伙了着伙了二楼还有人",
    "媒气漏了咋办",
    "救名啊",
    "小孩不件了,五岁",
    "俺奶奶晕到了",
    "电线冒火兴子",
    "zhao huo le kuai lai ren",
    "jiu ming a you ren tiao he le",
    "hai zi diao jing li le",
    "救命啊 家裡失火了 老人還在樓上出不來",
    "煤氣漏了,頭好暈",
)
URGENT = (
    # no heat, water, power or gas: for many, or for who cannot bear it
    "整栋楼停水两天了",
    "换热站坏了,六栋楼没暖气",
    "停水四天了",
    "暖气停了,我妈瘫在床上",
    "媳妇坐月子屋里才12度暖气不热",
    "停电了",
    "zen me ting shui le, zheng ge lou dou mei shui",
    # nobody cares for them, nothing to eat, no medicine
    "家里断粮了,两个娃没饭吃",
    "独居老人两天没人给送饭",
    "护工跑了,瘫痪的哥哥没人翻身喂饭",
    "透析机坏了,我老伴四天没透了",
    # likely to injure somebody soon
    "井盖让人偷了,黑窟窿敞着",
    "昨天差点砸着放学的娃",
    "路灯杆锈透了直晃,底下是幼儿园门口",
    "高压线耷拉下来离地一人高",
    "外墙保温一块一块往下掉",
    "桥栏杆断了一截,底下是河",
    "野狗咬了两个学生了",
    "电梯一下子掉了三层,门关不严还让坐",
    "水库冰薄,一帮娃天天上去滑没人拦",
    # an outbreak
    "一个班十来个娃上吐下泻",
    "怀疑是口蹄疫,牛蹄子烂得站不住",
    "羊一天死好几只",
    # a loss that grows
    "机井的泵烧了,四十亩玉米等着浇",
    "雪封了路,草料只够吃两天",
    "刚让骗子转走十二万,快帮我拦住",
    # said in anger, or with a question about who pays
    "外墙瓷砖直呼扇,底下就是幼儿园,等着砸人么",
    "面缸见底了,屋里就我跟瘫儿子",
    "整个嘎查摸黑两天了",
    "阀门归谁先不管,水漏得一地,先来人关上",
)
# What an exception for another sentence once hid.
HIDDEN = (
    "羊倌晕倒在草场上",
    "火锅店着火了",
    "楼下着火了怎么办",
    "着火了太危险快来人",
    "孩子不小心掉进水井了",
    "住院部三楼着火了",
    "着火了,麻烦你们了,谢谢",
    "我爸晕倒了,谢谢你们快来",
    "真不是开玩笑,有人拿刀砍人",
    "老师打电话说孩子找不见了",
    "两个孩子埋住了,在天骄小区",
    "我去年搬来的,楼上着火了",
    "赔不赔的先不说,我妈喘不上气了",
    "别打电话,他又打我了",
)
# Odd ways of calling: half a sentence, a goodbye, a question, somebody else's danger, another language.
ODD = (
    "这是最后一条信息了,不用回",
    "绳子挂好了",
    "你们说水库的水凉不凉",
    "谢谢你们,下辈子再见,我在桥上",
    "我姐把一板安眠药全吞了",
    "主播说要喝敌敌畏,人在东胜",
    "地窖下去两个,喊了不吭声",
    "水渠里漂着个女的",
    "河边就剩一双鞋,喊人没人应",
    "土都埋到胸口了,沟塌的",
    "拖拉机停在铁轨上动不了,火车快来了",
    "刹车踩不住了,正下坡",
    "水漫进村了,我们爬到房顶上了",
    "有个人抱起娃就跑",
    "两个游客进了沙漠,昨晚断的联系",
    "电梯停在两层中间,灯也灭了",
    "钩机把煤气管子铲断了",
    "他把人推到沟里,头朝下",
    "мөс цөмөрч хүн ууллаа",
    "the driver is still trapped, car flipped over",
)


@pytest.fixture
def alarm(small_town: Content) -> Alarm:
    return Alarm(small_town)


@pytest.fixture(scope="module")
def real_alarm(real: Content) -> Alarm:
    return Alarm(real)


def test_what_is_told_of_is_no_danger_of_any_kind_but_a_plea_is_heard_in_it(small_town: Content) -> None:
    def danger(name: str, is_plea: bool = False) -> Danger:
        return Danger(name=name, call="110", advice="请先到安全的地方", patterns=(name,), is_plea=is_plea)

    dangers = (danger("塌了"), danger("救命", is_plea=True))
    harmless, not_now = Cues(words=("演的",)), Cues(words=("去年",))
    judge = Alarm(replace(small_town, dangers=dangers, harmless=harmless, not_now=not_now, over=Cues())).judge
    assert [judge(f"{when}墙塌了")[0] for when in ("今天", "去年", "演的")] == ["emergency", "normal", "normal"]
    assert [judge(f"{when}喊救命")[0] for when in ("今天", "去年", "演的")] == ["emergency", "emergency", "normal"]


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


@pytest.mark.parametrize("text", ODD)
def test_danger_is_seen_in_odd_forms(real_alarm: Alarm, text: str) -> None:
    assert real_alarm.judge(text)[0] == "emergency"


@pytest.mark.parametrize("text", MISSPELT)
def test_danger_is_heard_through_homophones_pinyin_and_traditional_letters(real_alarm: Alarm, text: str) -> None:
    assert real_alarm.judge(text)[0] == "emergency"


@pytest.mark.parametrize("text", URGENT)
def test_what_may_injure_soon_or_cannot_wait_is_urgent(real_alarm: Alarm, text: str) -> None:
    assert real_alarm.judge(text) == ("urgent", None)


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了一个月",
        "暖气费怎么交",
        "家里没电了,左右邻居都亮着",
        "井盖松动响一宿,垫块胶皮行不",
        "停水了会提前通知吗",
        "电梯按键坏了一个",
        "楼道声控灯不亮",
        "羊死了保险赔多少",
        "去年大雪冻死的羊补偿没下来",
        "谢谢你们,暖气热了",
        "建议路口装红绿灯",
        "家里三十度,暖气太热",
        "停水那几天饭馆的损失找谁赔",
        "光纤断了上不了网",
    ],
)
def test_what_can_wait_is_not_urgent(real_alarm: Alarm, text: str) -> None:
    assert real_alarm.judge(text) == ("normal", None)


@pytest.mark.parametrize(
    "text",
    [
        # a neighbour's everyday word is no key word of danger
        "家里的气没气了,去哪换罐",
        "就我家网不好",
        # what is said in anger or joy
        "气炸了,物业又涨停车费",
        "热死个人了今年夏天",
        "困得快断气了",
        "救命这也太好看了吧",
        "股票跌得我想跳楼,哈哈哈",
        "老婆生气要杀了我哈哈",
        # thanks for what is over
        "多亏你们消防队昨天把我娃从电梯里救出来",
        "火灭了,人都没事,给消防员点个赞",
        # what others tell, dreams and films
        "新闻上说有个小区高空抛物砸死人",
        "梦见房子塌了,吓一身汗",
        "朋友圈传康巴什丢了个孩子是真的假的",
        # lessons, knowledge, supposing
        "要是闻到煤气味第一步该干什么,社区考试要答",
        "万一家里失火该打哪个号",
        "如果高压线断了掉地上应该离多远",
        "噎住了怎么用海姆立克,给爹妈学一学",
        "能不能搞一次心理健康讲座防自杀的",
        # money and papers afterwards
        "让车撞断了腿,对方不赔,想找法律援助",
        "触电死亡算不算工伤",
        "水库淹死过人那年的赔偿还能要吗",
        "我爸中过风,慢病本咋办",
        # things and animals
        "猫爬树上下不来了",
        "我的快递失踪五天了",
        "羊死了能卖给收皮子的不",
        "锅炉房烟囱冒黑烟,不是着火",
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
        # anger, papers and money afterwards, advertisements
        "补奖钱又没打我卡上",
        "车叫拖走了去哪取",
        "跟护士要明细给我翻白眼",
        "电梯夹过我的手,片子拍了没骨折,给一千算多还是算少",
        "我当谁家着火了,原来是炸油糕",
        "下次搞逃生演习,真冒烟那种",
        "老人走不动道的看过来,驼奶粉买五送二",
    ],
)
def test_what_only_sounds_like_danger_raises_no_alarm(real_alarm: Alarm, text: str) -> None:
    assert real_alarm.judge(text)[1] is None


def test_every_danger_of_the_content_has_a_case_here(real: Content) -> None:
    assert {danger.name for danger in real.dangers} == UNDER_WAY.keys()


def test_a_homophone_is_heard_only_where_it_keeps_a_letter_and_says_nothing_else() -> None:
    assert heard("着货了,媒气漏了") == "着火了,煤气漏了"
    assert heard("没气了,就我家没热水,有大人在") == "没气了,就我家没热水,有大人在"
    assert heard("jiu ming") == "救命"
    assert heard("家里没水") == "家里没水"
