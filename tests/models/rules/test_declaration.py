"""Each check of declarations by itself: one declaration without a fault, and what one change makes of it."""

from datetime import date

import pandas as pd
import pytest

from models.rules.declaration import check_declarations, codes, not_checked
from models.rules.profiles import load_rules

RULES = load_rules("huangshi", date(2024, 3, 1))
GOAL = "全区18个养老服务中心正常开放，老人用餐和照料9600人次，年底前全部通过等级评定。"
ROWS = (
    "产出指标/数量指标/运营养老服务中心数量/≥/18/个/20",
    "产出指标/质量指标/设施达标率/≥/98/%/10",
    "产出指标/时效指标/按期完成率/≥/100/%/5",
    "产出指标/成本指标/中心运行成本/≤/5.5/万元·个/5",
    "效益指标/社会效益指标/服务老年人次/≥/9600/人次/30",
    "满意度指标/服务对象满意度指标/服务对象满意度/≥/90/%/10",
)
NAMES = ("level_1", "level_2", "level_3", "sign", "value", "unit")


def changed(place: int, row: str) -> tuple[str, ...]:
    return (*ROWS[: place - 1], row, *ROWS[place:])


def declared(rows=ROWS, goal=GOAL, last="", budget=100_000_000, groups=None, overall=False):
    """(indicators, projects) of one project; a dot in a unit is its stroke."""
    cells = [one.split("/") for one in rows]
    frame = pd.DataFrame(
        [
            dict(zip(NAMES, one, strict=False))
            | {
                "row": n,
                "project": "P1",
                "unit": one[5].replace("·", "/"),
                "group": (groups or {}).get(n, ""),
            }
            for n, one in enumerate(cells, 1)
        ]
    )
    weights = [int(one[6]) * 1_000_000 if one[6] else None for one in cells]
    frame["weight_micro"] = pd.array(weights, dtype="Int64")
    facts = {"name": ["养老服务"], "goal": [goal], "last_goal": [last], "overall": [overall]}
    facts["budget_fen"] = pd.array([budget], dtype="Int64")
    return frame, pd.DataFrame(facts, index=pd.Index(["P1"]))


CASES = [
    ("一份没有毛病的申报", {}, []),
    (
        "名称只是数字",
        {"rows": changed(5, "效益指标/社会效益指标/88/≥/9600/人次/30")},
        [(5, "level_3", "F-NAME", "88", "“三级指标”为“88”，只有数字，看不出考核什么。")],
    ),
    (
        "没有名称",
        {"rows": changed(5, "效益指标/社会效益指标//≥/9600/人次/30")},
        [(5, "level_3", "F-NAME", "", "“三级指标”没有填写名称。")],
    ),
    (
        "名称重复",
        {"rows": changed(2, "产出指标/质量指标/运营养老服务中心数量/≥/98/%/10")},
        [
            (
                2,
                "level_3",
                "F-DUPLICATE",
                "运营养老服务中心数量",
                "“三级指标”与前面重复：“运营养老服务中心数量”。",
            )
        ],
    ),
    (
        "没有指标值",
        {"rows": changed(5, "效益指标/社会效益指标/服务老年人次/≥//人次/30")},
        [(5, "value", "F-VALUE", "", "“服务老年人次”没有填写指标值。")],
    ),
    (
        "指标值等于没填",
        {"rows": changed(5, "效益指标/社会效益指标/服务老年人次/定性/待定//30")},
        [(5, "value", "F-VALUE", "待定", "“服务老年人次”的指标值为“待定”，没有写明要达到什么。")],
    ),
    (
        "有符号而无数字",
        {"rows": changed(5, "效益指标/社会效益指标/服务老年人次/≥/明显提高//30")},
        [(5, "value", "F-VALUE", "明显提高", "“指标值”为“明显提高”，不是数字，但指标性质为“≥”。")],
    ),
    (
        "字母O当作0",
        {"rows": changed(5, "效益指标/社会效益指标/服务老年人次/=/96OO/人次/30")},
        [(5, "value", "F-VALUE", "96OO", "“指标值”为“96OO”，不是数字，但指标性质为“=”。")],
    ),
    (
        "没有单位",
        {"rows": changed(5, "效益指标/社会效益指标/服务老年人次/≥/9600//30")},
        [(5, "unit", "F-UNIT", "", "“指标值”为“9600”，没有度量单位。")],
    ),
    (
        "效果较好",
        {"rows": changed(5, "效益指标/社会效益指标/社会影响/定性/效果较好//30")},
        [(5, "value", "F-VAGUE", "效果较好", "“指标值”为“效果较好”，含糊不可衡量。")],
    ),
    (
        "只说提高",
        {"rows": changed(5, "效益指标/社会效益指标/社会影响/定性/提高生活质量//30")},
        [(5, "value", "F-VAGUE", "提高生活质量", "“指标值”为“提高生活质量”，含糊不可衡量。")],
    ),
    (
        "满意度120%",
        {"rows": changed(6, "满意度指标/服务对象满意度指标/服务对象满意度/≥/120/%/10")},
        [(6, "value", "F-IMPOSSIBLE", "120", "“服务对象满意度”的指标值为≥120%，比率只能在0到100%之间。")],
    ),
    (
        "大于100%",
        {"rows": changed(6, "满意度指标/服务对象满意度指标/服务对象满意度/>/100/%/10")},
        [(6, "value", "F-IMPOSSIBLE", "100", "“服务对象满意度”的指标值为>100%，比率只能在0到100%之间。")],
    ),
    (
        "缺少时效指标",
        {"rows": changed(3, "产出指标/数量指标/活动场次/≥/12/场/5")},
        [(None, "level_2", "F-CLASS", "", "缺少“时效指标”（至少1个，现有0个）。")],
    ),
    (
        "部门整体用同样的类别的，也要齐全",
        {"rows": changed(3, "产出指标/数量指标/活动场次/≥/12/场/5"), "overall": True},
        [(None, "level_2", "F-CLASS", "", "缺少“时效指标”（至少1个，现有0个）。")],
    ),
    (
        "部门整体另有框架的，不按项目的类别",
        {
            "rows": ["执行/预算执行/预算执行率/≥/96/%/40", "履职/重点履职/新建服务站个数/=/18/个/40"],
            "overall": True,
        },
        [],
    ),
    (
        "满意度列在效益",
        {"rows": changed(5, "效益指标/社会效益指标/老人满意度/≥/90/%/30")},
        [(5, "level_2", "F-MISPLACED", "社会效益指标", "“老人满意度”是满意度指标，却列在“社会效益指标”下。")],
    ),
    (
        "期限列在效益",
        {"rows": changed(5, "效益指标/可持续影响指标/保障期限//2020年1月--11月//30")},
        [
            (
                5,
                "level_2",
                "F-MISPLACED",
                "可持续影响指标",
                "“保障期限”（2020年1月--11月）反映时间，不是效益，却列在“可持续影响指标”下。",
            )
        ],
    ),
    (
        "期限列在数量",
        {"rows": changed(1, "产出指标/数量指标/服务期限//2024年1月--12月//20")},
        [
            (
                1,
                "level_2",
                "F-MISPLACED",
                "数量指标",
                "“服务期限”（2024年1月--12月）反映时间，却列在“数量指标”下。",
            )
        ],
    ),
    (
        "人次列在成本",
        {"rows": changed(4, "产出指标/成本指标/服务人次/≤/9600/人次/5")},
        [
            (
                4,
                "level_2",
                "F-MISPLACED",
                "成本指标",
                "“服务人次”（9600人次）反映做了多少，却列在“成本指标”下。",
            )
        ],
    ),
    (
        "资金当作数量",
        {"rows": changed(1, "产出指标/数量指标/投入资金/≥/60/万元/20")},
        [
            (
                1,
                "level_3",
                "F-MONEY-QUANTITY",
                "投入资金",
                "数量指标“投入资金”的指标值为60万元，是金额，不是做了多少事。",
            )
        ],
    ),
    (
        "数量恰是预算金额",
        {"rows": changed(1, "产出指标/数量指标/招商签约/≥/100/万元/20")},
        [
            (
                1,
                "level_3",
                "F-MONEY-QUANTITY",
                "招商签约",
                "数量指标“招商签约”的指标值为100万元，是金额，不是做了多少事。",
            )
        ],
    ),
    (
        "没有预算金额可比的钱",
        {"rows": changed(1, "产出指标/数量指标/招商签约/≥/100/万元/20"), "budget": None},
        [],
    ),
    ("贷款不是花掉的钱", {"rows": changed(1, "产出指标/数量指标/发放贷款金额/≥/60/万元/20")}, []),
    (
        "分值合计不对",
        {"rows": changed(5, "效益指标/社会效益指标/服务老年人次/≥/9600/人次/25")},
        [(1, "weight", "F-WEIGHT", "75", "各指标分值合计为75分，应为80分（另20分为预算执行）。")],
    ),
    ("没有分值的不看合计", {"rows": tuple(one.rpartition("/")[0] + "/" for one in ROWS)}, []),
    (
        "单价乘数量超过预算",
        {"budget": 90000000},
        [(4, "value", "F-COST", "5.5万元/个", "“中心运行成本”5.5万元/个×18＝99万元，超过预算90万元。")],
    ),
    (
        "单价乘数量说明不了预算",
        {"budget": 200000000},
        [
            (
                4,
                "value",
                "F-COST-LOW",
                "5.5万元/个",
                "“中心运行成本”5.5万元/个×18＝99万元，预算为200万元，相差的部分没有说明。",
            )
        ],
    ),
    (
        "总成本超过预算",
        {"rows": changed(4, "产出指标/成本指标/项目总成本/≤/101/万元/5")},
        [(4, "value", "F-COST", "101万元", "“项目总成本”101万元，超过预算100万元。")],
    ),
    (
        "总成本说明不了预算",
        {"rows": changed(4, "产出指标/成本指标/项目总成本/≤/70/万元/5")},
        [(4, "value", "F-COST-LOW", "70万元", "“项目总成本”70万元，预算为100万元，相差的部分没有说明。")],
    ),
    (
        "每月的钱乘以月数",
        {"rows": changed(4, "产出指标/成本指标/人工成本/≤/9/万元·月/5")},
        [(4, "value", "F-COST", "9万元/月", "“人工成本”9万元/月×12＝108万元，超过预算100万元。")],
    ),
    (
        "名称里的每个",
        {"rows": changed(4, "产出指标/成本指标/每个中心运行成本/≤/6/万元/5")},
        [(4, "value", "F-COST", "6万元", "“每个中心运行成本”6万元×18＝108万元，超过预算100万元。")],
    ),
    (
        "目标只表态",
        {"goal": "做好各项工作"},
        [(None, "annual_goal", "F-GOAL", "做好各项工作", "“年度绩效目标”只有表态性的话，没有写明做什么。")],
    ),
    ("没有目标", {"goal": ""}, [(None, "annual_goal", "F-GOAL", "", "没有填写“年度绩效目标”。")]),
    (
        "目标没有数量",
        {"goal": "搞好提质改造，振兴乡村经济，提升环境"},
        [
            (
                None,
                "annual_goal",
                "F-GOAL-AMOUNT",
                "搞好提质改造，振兴乡村经济，提升环境",
                "“年度绩效目标”没有写明做多少、何时完成。",
            )
        ],
    ),
    (
        "目标与指标数字不同",
        {"goal": "运营养老服务中心20个，服务9600人次，12月底前完成。"},
        [(1, "value", "F-CONTRADICT", "18", "目标文字中为20个，指标“运营养老服务中心数量”为18个。")],
    ),
    (
        "照抄上年",
        {"last": GOAL},
        [
            (
                None,
                "annual_goal",
                "F-COPIED",
                "全区18个养老服务中心正常开放，老人用餐和照料9600人次，年底前全部通过等级评定。",
                "“年度绩效目标”与上年度的几乎一字不差。",
            )
        ],
    ),
    (
        "长期与年度相同",
        {"rows": ROWS * 2, "groups": dict.fromkeys(range(1, 7), "1")},
        [(None, "value", "F-LONG-TERM", "", "长期目标与年度目标的6个指标完全相同。")],
    ),
]


@pytest.mark.parametrize(("what", "change", "wanted"), CASES, ids=[one[0] for one in CASES])
def test_one_change_gives_one_fault(what, change, wanted):
    found = check_declarations(*declared(**change), RULES)
    assert [(one.row, one.column, one.code, one.read, one.says) for one in found] == wanted
    assert {one.project for one in found} <= {"P1"}
    assert {one.code for one in found} <= set(codes())


def test_a_goal_of_another_project_is_no_goal_of_its_own():
    rows, first = declared()
    other = first.assign(name="社区食堂").rename(index={"P1": "P2"})
    found = check_declarations(
        pd.concat([rows, rows.assign(project="P2")], ignore_index=True), pd.concat([first, other]), RULES
    )
    assert [(one.project, one.code, one.says) for one in found] == [
        ("P2", "F-COPIED", "“年度绩效目标”与项目“养老服务”一字不差。")
    ]


def test_every_code_is_shown():
    assert {code for _, _, faults in CASES for _, _, code, _, _ in faults} == set(codes())


def test_what_has_no_data_is_named_with_its_projects():
    rows = tuple(one.rpartition("/")[0] + "/" for one in ROWS)
    assert not_checked(*declared(rows=rows, budget=None)) == {
        "F-WEIGHT": ("没有分值", ["P1"]),
        "F-COST": ("没有预算金额", ["P1"]),
        "F-COPIED": ("没有上年度目标可比", ["P1"]),
    }
    assert not_checked(*declared(last="去年的目标")) == {}
