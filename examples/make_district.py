"""Write the sample district: files that a real district could send, every figure by a fixed rule.

    python examples/make_district.py                        # the district of the repository
    python examples/make_district.py --projects 5000 --departments 300 --out big/

Same arguments, same bytes. Only the standard library is used. What each file holds: docs/sample-district.md.
"""

import argparse
import csv
import random
import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
YEAR = 2024
TOTAL_FEN = 97_540_000_000  # 975,400,000.00 元
APPROVED = date(2024, 8, 26)  # 决算批复: twenty days later all must be public
AREA = "420204"
LOCAL, UPPER = "本级财政资金", "上级财政资金"
FEN_PER_WAN = 1_000_000
DEPARTMENTS = [
    ("区经信局", "科技产业"),
    ("区委人才办", "人才组织"),
    ("区民政局", "民政养老"),
    ("区委政法委", "政法平安"),
    ("区农业农村局", "农业农村"),
    ("区住建局", "城建市政"),
    ("区征收中心", "城建市政"),
    ("区教育局", "教育"),
    ("区科技局", "科技产业"),
    ("区卫健局", "卫生健康"),
    ("区人社局", "人才组织"),
    ("区自然资源局", "生态环境"),
    ("区生态环境局", "生态环境"),
    ("区交通运输局", "交通运输"),
    ("区水利局", "农业农村"),
    ("区商务局", "科技产业"),
    ("区文旅局", "文化旅游"),
    ("区应急管理局", "应急安全"),
    ("区审计局", "政务运转"),
    ("区市场监管局", "政务运转"),
    ("区统计局", "政务运转"),
    ("区医保局", "卫生健康"),
    ("区城管执法局", "城建市政"),
    ("区行政审批局", "政务运转"),
    ("区退役军人局", "民政养老"),
    ("区信访局", "政法平安"),
    ("区机关事务中心", "政务运转"),
    ("区档案馆", "政务运转"),
    ("区委办公室", "政务运转"),
    ("区政府办公室", "政务运转"),
    ("区委组织部", "人才组织"),
    ("区委宣传部", "文化旅游"),
    ("区委统战部", "政务运转"),
    ("区纪委监委机关", "政务运转"),
    ("区人大办公室", "政务运转"),
    ("区政协办公室", "政务运转"),
    ("区总工会", "人才组织"),
    ("团区委", "人才组织"),
    ("区妇联", "民政养老"),
    ("区残联", "民政养老"),
    ("区科协", "科技产业"),
    ("区工商联", "科技产业"),
    ("区红十字会", "卫生健康"),
    ("区法院", "政法平安"),
    ("区检察院", "政法平安"),
    ("区公安分局", "政法平安"),
    ("区司法局", "政法平安"),
    ("区消防救援大队", "应急安全"),
    ("区投资促进中心", "科技产业"),
    ("区大数据中心", "政务运转"),
    ("区疾控中心", "卫生健康"),
    ("区融媒体中心", "文化旅游"),
    ("区公共资源交易中心", "政务运转"),
    ("区园林绿化中心", "城建市政"),
    ("金山街道", "城建市政"),
    ("章山街道", "民政养老"),
    ("汪仁镇", "农业农村"),
    ("太子镇", "农业农村"),
    ("大王镇", "农业农村"),
    ("铁山街道", "城建市政"),
]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = [
    "建国",
    "海燕",
    "志强",
    "丽华",
    "俊",
    "敏",
    "国庆",
    "秀英",
    "勇",
    "静",
    "文斌",
    "晓红",
    "涛",
    "雪梅",
    "伟明",
    "芳",
]
FIRMS = [
    "湖北正信会计师事务所",
    "黄石求实绩效评价有限公司",
    "武汉天衡咨询有限公司",
    "湖北中诚工程咨询有限公司",
]
EXPERTS = ["陈立新", "周慧敏", "吴明远", "郑雅琴", "何永强", "沈佳"]


def main() -> None:
    """Parse the size and write the folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--projects", type=int, default=192)
    parser.add_argument("--departments", type=int, default=60)
    parser.add_argument("--out", type=Path, default=HERE / "district")
    wanted = parser.parse_args()
    if wanted.departments < 9 or wanted.projects < wanted.departments + 20:
        parser.error("at least 9 departments, and 20 projects more than departments")
    District(wanted.projects, wanted.departments).write(wanted.out)
    print(f"{wanted.out}: {wanted.projects} projects, {wanted.departments} departments")


class District:
    """Everything about the district, drawn once from a fixed seed."""

    def __init__(self, projects: int, departments: int) -> None:
        self.chance = random.Random(20240101)
        self.sectors = {row["name"]: row for row in _toml("sectors.toml")["sector"]}
        self.evaluations = _toml("evaluations.toml")["evaluation"]
        self.departments = self.make_departments(departments)
        self.codes = {row["AGENCY_NAME"]: row["AGENCY_CODE"] for row in self.departments}
        self.sector_of = {row["AGENCY_CODE"]: row["SECTOR"] for row in self.departments}
        self.projects = self.make_projects(projects)
        self.overall = [self.make_overall(row) for row in self.departments]
        self.last_year = self.make_last_year()

    # --- who and what -------------------------------------------------------------------------------------

    def make_departments(self, count: int) -> list[dict[str, str]]:
        names = DEPARTMENTS[:count] + [
            (f"第{n}街道办事处", "城建市政") for n in range(1, count - len(DEPARTMENTS) + 1)
        ]
        return [self.department(number, name, sector) for number, (name, sector) in enumerate(names, 1)]

    def department(self, number: int, name: str, sector: str) -> dict[str, str]:
        code = f"{200 + number:03d}001" if number < 800 else f"{number:06d}"
        people = {}
        for role, title in (("CONTACT", "clerk"), ("FINANCE_HEAD", "finance"), ("LEADER", "leader")):
            people["CONTACT_NAME" if role == "CONTACT" else role] = self.person()
            people[f"{role}_EMAIL"] = f"{title}.{code}@dept.example"
            people[f"{role}_PHONE"] = f"0714-635{number:04d}"
        duties = "、".join(self.sectors[sector]["projects"][:3])
        row = {
            "AGENCY_CODE": code,
            "AGENCY_NAME": name,
            "DEPT_CODE": code,
            "DEPT_NAME": name,
            "SECTOR": sector,
        }
        return (
            row
            | {"FUNCTIONS": f"负责{duties}等工作。", "OFFICE": "行政政法科" if number % 2 else "社会保障科"}
            | people
        )

    def person(self) -> str:
        return self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)

    def make_projects(self, count: int) -> list[dict]:
        """This year's projects: the evaluated ones, nine that need prior assessment, the rest; sum exactly the total."""
        named = [self.named(row) for row in self.evaluations if "overall" not in row["flags"]]
        rest = [self.ordinary(number) for number in range(count - len(named))]
        rows = named + rest
        self.mark_assessed(rest)
        self.share_out(rows, rest)
        for serial, row in enumerate(rows, 1):
            row["PRO_CODE"] = f"{AREA}{YEAR % 100}T{serial:012d}"
        refused = self.refused(rest)
        refused["PRO_CODE"] = f"{AREA}{YEAR % 100}T{len(rows) + 1:012d}"
        return [*rows, refused]

    def named(self, about: dict) -> dict:
        row = self.project(about["name"], self.codes[about["department"]], about["sector"])
        row["fen"] = about["wan"] * FEN_PER_WAN
        row["SPECIAL_FUND"] = "是" if "special_fund" in about["flags"] else "否"
        row["BOND"] = "是" if "bond" in about["flags"] else "否"
        row["named"] = True
        return row

    def ordinary(self, number: int) -> dict:
        department = self.departments[number % len(self.departments)]
        sector = self.sectors[department["SECTOR"]]
        turn = number // len(self.departments)
        base = sector["projects"][(turn * 5 + number) % len(sector["projects"])]
        row = self.project(
            f"{department['AGENCY_NAME']}{base}", department["AGENCY_CODE"], department["SECTOR"]
        )
        row["SPECIAL_FUND"] = "是" if number % 17 == 3 else "否"
        return row

    def project(self, name: str, code: str, sector: str) -> dict:
        taken = {row["PRO_NAME"] for row in getattr(self, "drawn", [])}
        full, turn = name, 2
        while full in taken:
            full, turn = f"{name}（{'二三四五六七八九'[min(turn - 2, 7)]}期）", turn + 1
        row = {
            "PRO_CODE": "",
            "PRO_NAME": full,
            "AGENCY_CODE": code,
            "FISCAL_YEAR": str(YEAR),
            "SECTOR": sector,
            "CATEGORY": "特定目标类",
            "ATTRIBUTE": "延续",
            "PRO_TYPE": "部门预算项目",
            "SPECIAL_FUND": "否",
            "WHOLE_DEPT": "否",
            "BOND": "否",
            "POLICY_BASIS": f"《{sector}“十四五”规划》及本级年度工作要点",
            "POLICY_VALID_UNTIL": "2025-12-31",
            "START_DATE": f"{YEAR}-01-01",
            "END_DATE": f"{YEAR}-12-31",
            "LEADER": self.person(),
            "PHONE": f"0714-63{self.chance.randrange(10000, 99999)}",
            "FOUND_TYPE_NAME": LOCAL,
            "fen": 0,
            "named": False,
        }
        self.drawn = [*getattr(self, "drawn", []), row]
        return row

    def mark_assessed(self, rest: list[dict]) -> None:
        """Eight new large projects need a prior assessment; other new ones stay below the line."""
        for place, row in enumerate(rest):
            if place % 23 == 7 and sum("asked" in one for one in rest) < 8:
                row["ATTRIBUTE"] = "新增"
                row["asked"] = (260 + 40 * (place % 5)) * FEN_PER_WAN
            elif place % 19 == 4:
                row["ATTRIBUTE"], row["small"] = "新增", True

    def share_out(self, rows: list[dict], rest: list[dict]) -> None:
        """Amounts that look like a budget and sum exactly; a tenth lies under the approval line of 50 万元."""
        asked = [row for row in rest if "asked" in row]
        for place, row in enumerate(asked):
            row["fen"] = (
                row["asked"] * 8 // 10 if place in (2, 5) else row["asked"]
            )  # two are supported in part
        free = [row for row in rest if "asked" not in row]
        for place, row in enumerate(free):
            size = self.chance.lognormvariate(5.4, 0.9)
            row["fen"] = int(min(max(size, 12), 2600) * 10) * FEN_PER_WAN // 10
            if row.get("small") or place % 10 == 9:
                row["fen"] = (12 + place % 36) * FEN_PER_WAN
        movable = [row for row in free if row["fen"] >= 60 * FEN_PER_WAN]
        now = sum(row["fen"] for row in movable)
        fixed = sum(row["fen"] for row in rows) - now
        least = fixed + 200 * FEN_PER_WAN * len(
            movable
        )  # a small district cannot share the named projects' millions
        target = max(TOTAL_FEN * len(rows) // 192, least)
        for row in movable:
            row["fen"] = max(55 * FEN_PER_WAN, row["fen"] * (target - fixed) // now // 10_000 * 10_000)
        movable[0]["fen"] += target - sum(row["fen"] for row in rows)
        assert sum(row["fen"] for row in rows) == target
        assert all(row["fen"] > 0 for row in rows)

    def refused(self, rest: list[dict]) -> dict:
        row = self.project("智慧停车展示中心建设", self.codes["区住建局"], "城建市政")
        row |= {"ATTRIBUTE": "新增", "asked": 850 * FEN_PER_WAN, "fen": 850 * FEN_PER_WAN, "refused": True}
        assert row not in rest
        return row

    def make_overall(self, department: dict[str, str]) -> dict:
        code = department["AGENCY_CODE"]
        row = self.project(f"{department['AGENCY_NAME']}部门整体支出", code, department["SECTOR"])
        row |= {
            "PRO_CODE": f"{AREA}{YEAR % 100}Z{int(code):012d}",
            "WHOLE_DEPT": "是",
            "CATEGORY": "部门整体",
        }
        own = sum(
            one["fen"] for one in self.projects if one["AGENCY_CODE"] == code and not one.get("refused")
        )
        row["fen"] = own + (180 + int(code[:3]) % 40) * FEN_PER_WAN
        return row

    def make_last_year(self) -> list[dict]:
        """Last year's projects: this year's continued ones, a little smaller, and the whole departments."""
        rows = []
        for row in [*self.projects, *self.overall]:
            if row["ATTRIBUTE"] == "新增" or row["PRO_NAME"] == "景区维护管理项目":
                continue
            code = row["PRO_CODE"][:6] + f"{(YEAR - 1) % 100:02d}" + row["PRO_CODE"][8:]
            fen = row["fen"] if row["named"] else row["fen"] * (85 + len(rows) % 12) // 100 // 10_000 * 10_000
            old = row | {"PRO_CODE": code, "FISCAL_YEAR": str(YEAR - 1), "fen": fen}
            old |= {"START_DATE": f"{YEAR - 1}-01-01", "END_DATE": f"{YEAR - 1}-12-31"}
            rows.append(old)
        return rows

    # --- targets ------------------------------------------------------------------------------------------

    def indicators(self, row: dict, last_year: bool) -> list[list[str]]:
        """Ten indicators: 产出 40, 效益 30, 满意度 10 points. Columns: three levels, sign, value, unit, points."""
        sector = self.sectors[row["SECTOR"]]
        size = 1 + (int(row["PRO_CODE"][-4:]) * 7 % 9) / 10
        scale = size * (0.95 if last_year else 1)
        rows = [
            ["产出指标", "数量指标", name, "≥", str(max(1, round(base * scale))), unit, points]
            for (name, unit, base), points in zip(sector["quantity"], ("8", "6", "6"), strict=True)
        ]
        rows += [
            ["产出指标", "质量指标", name, "≥", value, "%", "5"]
            for name, value in zip(sector["quality"], ("98", "95"), strict=True)
        ]
        wan = row["fen"] // FEN_PER_WAN
        rows.append(["产出指标", "时效指标", "12月底前任务按期完成率", "≥", "100", "%", "5"])
        rows.append(["产出指标", "成本指标", "项目总成本", "≤", str(wan or 1), "万元", "5"])
        name, unit, base = sector["social"]
        sign = "=" if base == 0 else "≥"
        rows.append(
            [
                "效益指标",
                "社会效益指标",
                name,
                sign,
                str(base if unit == "%" or base == 0 else round(base * scale)),
                unit,
                "12",
            ]
        )
        name, unit, base = sector["economic"]
        rows.append(
            [
                "效益指标",
                "经济效益指标",
                name,
                "≤" if "控制" in name or ("成本" in name and "下降" not in name) else "≥",
                str(base),
                unit,
                "8",
            ]
        )
        rows.append(
            [
                "效益指标",
                "可持续影响指标",
                "长效管理制度建立情况",
                "定性",
                "建立并执行管理制度，年内无违规记录",
                "",
                "10",
            ]
        )
        rows.append(["满意度指标", "服务对象满意度指标", sector["served"], "≥", "90", "%", "10"])
        return rows

    def goal(self, row: dict) -> str:
        sector = self.sectors[row["SECTOR"]]
        if row["WHOLE_DEPT"] == "是":
            name = row["PRO_NAME"].removesuffix("部门整体支出")
            return f"完成{name}年度{len(sector['projects'])}项重点工作，预算执行率不低于95%，12月底前全部任务按期完成。"
        rows = self.indicators(row, last_year=row["FISCAL_YEAR"] != str(YEAR))
        amounts = "、".join(f"{cells[2].removesuffix('数量')}{cells[4]}{cells[5]}" for cells in rows[:2])
        return f"实施{row['PRO_NAME']}，完成{amounts}，{rows[3][2]}不低于{rows[3][4]}%，12月底前全部完成，{rows[-1][2]}达到{rows[-1][4]}%以上。"

    # --- files --------------------------------------------------------------------------------------------

    def write(self, out: Path) -> None:
        """All files, in the order of the year."""
        out.mkdir(parents=True, exist_ok=True)
        self.out = out
        (out / "district.toml").write_text(DISTRICT, encoding="utf-8")
        self.table("BAS_AGENCY_INFO", self.departments)
        self.write_projects()
        self.write_last_year()
        self.write_money()
        self.write_outside()
        Answers(self, out / "answers").write()

    def table(self, name: str, rows: Iterable[dict], encoding: str = "utf-8-sig") -> None:
        rows = list(rows)
        path = self.out / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else ["-"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def write_projects(self) -> None:
        hidden = {"fen", "named", "asked", "small", "refused"}
        rows = [
            {key: value for key, value in row.items() if key not in hidden}
            | {"BGT_AMT": _yuan(row.get("asked", row["fen"]))}
            for row in [*self.projects, *self.overall, *self.last_year]
        ]
        self.table("PM_PROJECT_INFO", rows)

    def write_last_year(self) -> None:
        year = str(YEAR - 1)
        key = {"FISCAL_YEAR": year, "YEARFLAG": "0"}
        self.table(
            "PM_PERF_GOAL_INFO",
            [{"PRO_CODE": r["PRO_CODE"], **key, "KPI_TARGET": self.goal(r)} for r in self.last_year],
        )
        names = (
            "LV1_PERF_IND_NAME",
            "LV2_PERF_IND_NAME",
            "LV3_PERF_IND_NAME",
            "COMPUTESIGN",
            "KPI_VAL",
            "METERUNIT",
            "WEIGHT",
        )
        rows = [
            {"PRO_CODE": row["PRO_CODE"], "FISCAL_YEAR": year, **dict(zip(names, cells, strict=True))}
            for row in self.last_year
            for cells in self.indicators(row, last_year=True)
        ]
        self.table("PM_PERF_INDICATOR", rows, encoding="gb18030")
        money = []
        for place, row in enumerate(self.last_year):
            spent = row["fen"] * self.spent_share(place) // 1000
            sources = {LOCAL: 10, UPPER: 0} if place % 6 else {LOCAL: 6, UPPER: 4}
            for source, tenths in sources.items():
                if tenths:
                    part, paid = row["fen"] * tenths // 10, spent * tenths // 10
                    money.append(
                        {
                            "PRO_CODE": row["PRO_CODE"],
                            "FISCAL_YEAR": year,
                            "FOUND_TYPE_NAME": source,
                            "REPLY_AMT": _yuan(part),
                            "YEAR_ADJ_AMT": "0.00",
                            "CUR_AMT": _yuan(part),
                            "YEAR_EXE_AMT": _yuan(paid),
                        }
                    )
        self.table("PM_PERF_SELF_BGT", money)

    def spent_share(self, place: int) -> int:
        """Per mille of last year's budget that was spent: most of it, now and then far less."""
        return 612 if place % 29 == 11 else 1000 - place % 7 * 9

    def write_money(self) -> None:
        rows = []
        for place, row in enumerate(one for one in self.projects if not one.get("refused")):
            half = 210 if place % 13 == 5 else 340 if place % 13 == 9 else 430 + place * 37 % 140
            for day, share in ((date(YEAR, 6, 30), half), (date(YEAR, 12, 31), 930 + place % 60)):
                rows.append(
                    {
                        "PRO_CODE": row["PRO_CODE"],
                        "FISCAL_YEAR": str(YEAR),
                        "AS_OF": day.isoformat(),
                        "FOUND_TYPE_NAME": row["FOUND_TYPE_NAME"],
                        "AMT": _yuan(row["fen"] * share // 1000),
                    }
                )
        self.table("BGT_EXECUTION", rows)
        self.adjusted = [
            r
            for p, r in enumerate(self.projects)
            if p % 7 == 6 and not r.get("refused") and r["fen"] >= 60 * FEN_PER_WAN
        ][:23]
        self.table(
            "BGT_ADJUST",
            [
                {
                    "PRO_CODE": row["PRO_CODE"],
                    "FISCAL_YEAR": str(YEAR),
                    "ADJ_DATE": (date(YEAR, 8, 26) + timedelta(days=place % 9)).isoformat(),
                    "FOUND_TYPE_NAME": row["FOUND_TYPE_NAME"],
                    "ADJ_AMT": ("-" if place % 3 else "")
                    + _yuan(row["fen"] * (10 + place % 3 * 5) // 100 // 10_000 * 10_000),
                    "DOCUMENT": f"财预调〔{YEAR}〕{place + 1}号",
                }
                for place, row in enumerate(self.adjusted)
            ],
        )

    def write_outside(self) -> None:
        parties = [
            {
                "name": name,
                "kind": "第三方机构",
                "field": "绩效评价",
                "contact": self.person(),
                "email": f"firm{n}@firm.example",
                "phone": f"027-8765{n:04d}",
                "serves": self.codes["区经信局"] if n == 2 else "",
            }
            for n, name in enumerate(FIRMS, 1)
        ]
        parties += [
            {
                "name": name,
                "kind": "评审专家",
                "field": "财政",
                "contact": name,
                "email": f"expert{n}@expert.example",
                "phone": f"139072300{n:02d}",
                "serves": "",
            }
            for n, name in enumerate(EXPERTS, 1)
        ]
        self.table("third_parties", parties)
        self.table(
            "trainings",
            [
                {
                    "date": "2024-05-16",
                    "title": "预算绩效管理专题培训",
                    "place": "区会议中心",
                    "audience": "预算单位财务人员和业务骨干",
                    "attendance": "126",
                    "content": "绩效目标编制、运行监控、自评和结果应用；先进单位经验交流",
                }
            ],
        )
        self.table(
            "rule_documents",
            [
                {
                    "title": "2024年预算绩效目标编审指南",
                    "number": "",
                    "issued_on": "2024-02-19",
                    "in_force_on": "2024-02-19",
                    "summary": "细化绩效目标的分类构成、维度、编制方法，明确审核主体分工，提供编审案例",
                },
                {
                    "title": "区级预算事前绩效评估管理办法",
                    "number": "",
                    "issued_on": "2024-01-05",
                    "in_force_on": "2024-01-05",
                    "summary": "明确事前绩效评估的范围、程序和结果应用",
                },
            ],
        )
        self.table(
            "publicity",
            [
                {
                    "date": "2024-11-08",
                    "medium": "区融媒体中心",
                    "title": "花钱必问效：我区推进全过程预算绩效管理",
                }
            ],
        )
        self.table(
            "typical_cases",
            [
                {
                    "date": "2024-11-08",
                    "title": "居家养老服务按绩效拨款",
                    "about": self.codes["区民政局"],
                    "summary": "按服务人次和满意度分档拨付，服务覆盖面扩大，单位成本下降",
                    "adopted": "",
                }
            ],
        )
        self.table(
            "final_accounts",
            [
                {"department": one["AGENCY_CODE"], "approved_on": APPROVED.isoformat(), "officer": "陈思远"}
                for one in self.departments
            ],
        )
        self.write_decisions()

    def write_decisions(self) -> None:
        last = {row["PRO_NAME"]: row for row in self.last_year}
        this = {row["PRO_NAME"]: row for row in self.projects}
        lines = []
        for one in self.evaluations:
            row = (last if one["fiscal_year"] == YEAR - 1 else this)[one["name"]]
            lines.append(f"{one['fiscal_year']}:{row['PRO_CODE']}|{one['kind']}|{one['sector']}领域重点项目")
        empty = {"reason": "", "officer": "", "meeting": ""}
        rows = [
            {
                "date": "2024-04-18",
                "kind": "审定重点项目",
                "about": f"{YEAR}年重点评价项目",
                "decided": "\n".join(lines),
                **empty,
                "meeting": "区财政局党组2024年第7次会议（2024年4月18日）",
            }
        ]
        for one, amount in (("湿地公园鹿獐山大道立面整治项目", "68000000.00"),):
            rows.append(
                {
                    "date": "2024-11-12",
                    "kind": "核定下年预算",
                    "about": f"2025/{last[one]['PRO_CODE']}/财政评价等级",
                    "decided": amount,
                    **empty,
                    "reason": "等级为优，优先保障",
                }
            )
        rows += [{**empty, **row} for row in self.money_of_warnings() + self.sent_back(last)]
        self.table("decisions", rows)

    def money_of_warnings(self) -> list[dict]:
        """What officers decide about slow projects; the other warnings stay open, as they do in a busy July."""
        slow = [r for p, r in enumerate(x for x in self.projects if not x.get("refused")) if p % 13 in (5, 9)]
        return [
            {
                "date": f"{YEAR}-07-29",
                "kind": "预警资金处理",
                "about": f"{YEAR}:{row['PRO_CODE']}/6/1",
                "decided": "调整预算和目标" if place % 5 == 4 else "继续执行",
                "reason": "下半年工作量不足，按程序调减"
                if place % 5 == 4
                else "已重新组织招标，三季度可以赶上进度",
            }
            for place, row in enumerate(slow)
        ]

    def sent_back(self, last: dict[str, dict]) -> list[dict]:
        """A rectification that was not good enough the first time."""
        project = f"{YEAR - 1}:{last['人才专项']['PRO_CODE']}"
        about = f"财政评价/{project}/1/问题3/回复1"
        return [{"kind": "整改验收", "about": about, "decided": "退回", "reason": "未附修订后的实施细则"}]


DISTRICT = """# The sample district. Names of people and addresses are invented; the figures are those of the district's report.
name = "开发区·铁山区"
bureau = "区财政局"
rules = "huangshi"
work_year = 2024

[[officers]]
name = "李文静"
post = "绩效管理科科长"
email = "liwenjing@bureau.example"
phone = "0714-6350001"

[[officers]]
name = "张晓峰"
post = "绩效管理科副科长"
email = "zhangxiaofeng@bureau.example"
phone = "0714-6350002"

[[officers]]
name = "陈思远"
post = "绩效管理科科员"
email = "chensiyuan@bureau.example"
phone = "0714-6350003"
"""


class Answers:
    """What departments, third parties and experts will say when they are asked, and how they go about it."""

    def __init__(self, district: District, out: Path) -> None:
        self.d, self.out, self.chance = district, out, random.Random(424242)

    def write(self) -> None:
        """All answers."""
        self.d.out = self.out
        self.declarations()
        self.assessments()
        self.reviews()
        self.self_evaluations()
        self.monitoring()
        self.adjustments()
        self.evaluations()
        self.replies()
        self.publications()

    def declarations(self) -> None:
        goals, indicators, tasks = [], [], []
        for row in [*self.d.projects, *self.d.overall]:
            if row.get("refused"):
                continue
            wan = row["fen"] / FEN_PER_WAN
            overall = row["WHOLE_DEPT"] == "是"
            goals.append(
                {
                    "PRO_CODE": row["PRO_CODE"],
                    "LEADER": row["LEADER"],
                    "PHONE": row["PHONE"],
                    "LONG_TERM_GOAL": "" if overall else "形成稳定的长效机制，持续提升公共服务水平。",
                    "KPI_TARGET": self.d.goal(row),
                    "BASIS": "" if overall else f"按任务量和现行补助标准测算，合计{wan:.2f}万元。",
                }
            )
            names = (
                "LV1_PERF_IND_NAME",
                "LV2_PERF_IND_NAME",
                "LV3_PERF_IND_NAME",
                "COMPUTESIGN",
                "KPI_VAL",
                "METERUNIT",
                "WEIGHT",
            )
            indicators += [
                {"PRO_CODE": row["PRO_CODE"], **dict(zip(names, c, strict=True))}
                for c in self.d.indicators(row, last_year=False)
            ]
            if overall:
                own = [
                    p
                    for p in self.d.projects
                    if p["AGENCY_CODE"] == row["AGENCY_CODE"] and not p.get("refused")
                ]
                tasks += [
                    {
                        "PRO_CODE": row["PRO_CODE"],
                        "TASK": p["PRO_NAME"],
                        "CONTENT": self.d.goal(p),
                        "AMT": _yuan(p["fen"]),
                    }
                    for p in own
                ]
        self.d.table("target_goals", goals)
        self.d.table("target_indicators", indicators)
        self.d.table("overall_tasks", tasks)

    def assessments(self) -> None:
        asked = [row for row in self.d.projects if "asked" in row]
        self.d.table(
            "assessment_applications",
            [
                {
                    "PRO_CODE": row["PRO_CODE"],
                    "NECESSITY": "符合区级规划和部门职责，现有项目不能覆盖，事前经集体研究。",
                    "ECONOMY": "按工程量和市场询价测算，参照同类项目单位成本。",
                    "TARGET": "目标明确、指标量化，与投入相匹配。",
                    "PLAN": "已制定实施方案，明确进度、分工和风险防控措施。",
                    "FUNDING": "资金由本级财政安排，未新增隐性债务。",
                }
                for row in asked
            ],
        )
        rows = []
        for row in asked:
            partial = row["fen"] != row["asked"]
            points = (
                (11, 10, 12, 12, 13)
                if row.get("refused")
                else (17, 15, 16, 17, 17)
                if partial
                else (19, 18, 18, 18, 19)
            )
            opinion = (
                "必要性不足，与现有停车设施重复，投入产出不合理。"
                if row.get("refused")
                else "建议核减部分支出后支持。"
                if partial
                else "立项必要、目标合理、方案可行，建议予以支持。"
            )
            names = ("NECESSITY", "ECONOMY", "TARGET", "PLAN", "FUNDING")
            rows.append(
                {
                    "PRO_CODE": row["PRO_CODE"],
                    **dict(zip(names, points, strict=True)),
                    "RECOMMENDED": _yuan(0 if row.get("refused") else row["fen"]),
                    "OPINION": opinion,
                }
            )
        self.d.table("assessment_conclusions", rows)

    def reviews(self) -> None:
        rows = []
        for place, row in enumerate(one for one in self.d.projects if not one.get("refused")):
            weak = place % 31 == 17
            points = (14, 21, 22, 14) if weak else (18, 26 + place % 3, 25 + place % 4, 18)
            opinion = (
                "数量指标与目标衔接不够，测算依据不充分，请修改后重报。"
                if weak
                else "目标明确，指标细化量化，与预算匹配。"
            )
            names = ("COMPLETENESS", "RELEVANCE", "SUITABILITY", "FEASIBILITY")
            rows.append(
                {
                    "PRO_CODE": row["PRO_CODE"],
                    "VERSION": "1",
                    **dict(zip(names, points, strict=True)),
                    "OPINION": opinion,
                }
            )
            if weak:
                rows.append(
                    {
                        "PRO_CODE": row["PRO_CODE"],
                        "VERSION": "2",
                        **dict(zip(names, (18, 26, 26, 17), strict=True)),
                        "OPINION": "已按意见修改，同意。",
                    }
                )
        self.d.table("expert_reviews", rows)

    def self_evaluations(self) -> None:
        heads, rows = [], []
        for place, row in enumerate(self.d.last_year):
            spent = self.d.spent_share(place)
            total = 20 * spent / 1000
            for number, cells in enumerate(self.d.indicators(row, last_year=True), 1):
                actual, score, why = self.outcome(cells, place, number)
                total += score
                rows.append(
                    {
                        "PRO_CODE": row["PRO_CODE"],
                        "ROW": number,
                        "IND_COMP": actual,
                        "EVAL_SCORE": f"{score:g}",
                        "DEVI_ANALY": why,
                    }
                )
            if place % 37 == 8:
                total += 3  # adds up wrongly, as people do
            heads.append(
                {
                    "PRO_CODE": row["PRO_CODE"],
                    "GOAL_COMP": self.d.goal(row).replace("，", "，已完成", 1)
                    if place % 5
                    else "年度目标已完成。",
                    "TOTAL_EVAL_VALUE": f"{total:.2f}",
                    "REASON": "部分资金因项目结算滞后未支出。" if spent < 900 else "",
                    "MEASURES": "加快结算进度，今后提前编制用款计划。" if spent < 900 else "",
                }
            )
        self.d.table("self_evaluations", heads)
        self.d.table("self_indicators", rows)

    def outcome(self, cells: list[str], place: int, number: int) -> tuple[str, float, str]:
        """Actual value, points reported, reason. Most targets are met; some are missed by a tenth."""
        points = float(cells[6])
        if cells[3] == "定性":
            return "达成预期指标", points * 0.9, ""
        value = float(cells[4])
        missed = (place * 11 + number * 7) % 43 == 5
        if not missed:
            grown = (
                value
                if cells[3] in "≤=" or cells[5] == "%"
                else round(value * (1 + (place + number) % 4 / 50))
            )
            if cells[5] == "%" and cells[3] == "≥":
                grown = min(100.0, value + (place + number) % 3)
            return f"{grown:g}", points, ""
        if cells[3] == "≤":
            over = round(value * 1.25, 2)
            return f"{over:g}", round(points * value / over, 2), "材料价格上涨，成本超出预期。"
        less = round(value * 0.88, 1)
        if cells[3] == "=" and value == 0:
            return "1", 0.0, "发生1起，已整改。"
        return f"{less:g}", round(points * less / value, 2), "受实施进度影响，未完成部分转入下年继续实施。"

    def monitoring(self) -> None:
        heads, rows = [], []
        for place, row in enumerate(one for one in self.d.projects if not one.get("refused")):
            slow = place % 13 in (5, 9)
            for number, cells in enumerate(self.d.indicators(row, last_year=False), 1):
                share = 0.22 if slow and number == 1 else 0.42 if slow else 0.5 + (place + number) % 5 / 50
                rows.append(
                    {
                        "PRO_CODE": row["PRO_CODE"],
                        "ROW": number,
                        **self.progress(cells, share, slow and number == 1),
                    }
                )
            heads.append(
                {
                    "PRO_CODE": row["PRO_CODE"],
                    "REASON": "招标流标一次，上半年进度滞后。" if slow else "",
                    "MEASURES": "已重新组织招标，三季度集中施工，按月调度。" if slow else "",
                    "FORECAST": _yuan(row["fen"] * (85 if slow else 98) // 100),
                }
            )
        self.d.table("monitoring", heads)
        self.d.table("monitoring_indicators", rows)

    def progress(self, cells: list[str], share: float, doubtful: bool) -> dict[str, str]:
        if cells[3] == "定性":
            return {
                "PERF_COMP": "达成预期指标",
                "EST_PERF_ANNUAL": "达成预期指标",
                "COMPLETE": "确定能",
                "ANA_DEV_REASONS": "",
            }
        value = float(cells[4])
        if cells[3] in "≤=" or cells[5] == "%":
            done = value if cells[3] != "≤" else round(value * share, 2)
        else:
            done = round(value * share, 1)
        sure = "有可能" if doubtful else "确定能"
        return {
            "PERF_COMP": f"{done:g}",
            "EST_PERF_ANNUAL": cells[4],
            "COMPLETE": sure,
            "ANA_DEV_REASONS": "招标流标，开工推迟两个月。" if doubtful else "",
        }

    def adjustments(self) -> None:
        self.d.table(
            "adjustments",
            [
                {
                    "PRO_CODE": row["PRO_CODE"],
                    "PERCENT": str(100 + (1 if place % 3 == 0 else -1) * (10 + place % 3 * 5)),
                    "REASON": "预算追加，同步增加任务量，指标可操作。"
                    if place % 3 == 0
                    else "预算压减，按政府过紧日子要求同步减少任务量，不影响政策目标。",
                }
                for place, row in enumerate(self.d.adjusted)
            ],
        )

    def evaluations(self) -> None:
        last = {row["PRO_NAME"]: row for row in self.d.last_year}
        this = {row["PRO_NAME"]: row for row in self.d.projects}
        heads, problems, replies = [], [], []
        for place, one in enumerate(self.d.evaluations):
            row = (last if one["fiscal_year"] == YEAR - 1 else this)[one["name"]]
            key = f"{one['fiscal_year']}:{row['PRO_CODE']}"
            heads.append(
                {
                    "PROJECT": key,
                    "SCORE": str(one["score"]),
                    "BACKGROUND": one["background"],
                    "EFFECTS": one["effects"],
                    "OPINION": f"综合评价得分{one['score']}分。",
                    "CONCLUDED_ON": (date(YEAR, 6, 17) + timedelta(days=place)).isoformat(),
                }
            )
            for number, (text, requirement) in enumerate(one["problems"], 1):
                problems.append({"PROJECT": key, "ROW": number, "TEXT": text, "REQUIREMENT": requirement})
                replies.append(
                    {
                        "PROJECT": key,
                        "ROW": number,
                        "MEASURE": f"已制定整改方案：{requirement}",
                        "OUTCOME": "已完成整改并建立长效机制。"
                        if number % 2
                        else "已完成整改，有关资料已整理归档。",
                        "EVIDENCE": f"整改报告{number}号",
                    }
                )
        self.d.table("evaluations", heads)
        self.d.table("problems", problems)
        self.d.table("rectifications", replies)

    def replies(self) -> None:
        """Who answers when, with which mistakes first, and how soon a returned form comes back."""
        rows = []
        kinds = ("事前评估申请", "绩效目标申报", "单位自评", "绩效运行监控", "绩效目标调整", "整改回复")
        for kind_place, kind in enumerate(kinds):
            for place, department in enumerate(self.d.departments):
                draw = (place * 7 + kind_place * 13) % 60
                offset = 4 if draw in (3, 21) else 9 if draw == 44 else -1 - draw % 8
                mistakes = MISTAKES.get((kind, draw % 30), "")
                if kind in {"单位自评", "绩效运行监控"} and draw in (50, 57):
                    offset, mistakes = None, ""  # never answers
                if kind == "整改回复":
                    offset, mistakes = (6 if place == 5 else -3 - place % 9), ""
                rows.append(_reply(kind, department["AGENCY_CODE"], offset, mistakes, 2 + draw % 3))
        for kind, names, late in (
            ("事前评估结论", FIRMS, None),
            ("专家评审", EXPERTS, None),
            ("财政评价", FIRMS, FIRMS[3]),
        ):
            rows += [
                _reply(kind, name, 3 if name == late else -2 - place, "", 2)
                for place, name in enumerate(names)
            ]
        self.d.table("replies", rows)

    def publications(self) -> None:
        """What departments write when they have published: most plainly, some late, one of its plans, one nothing."""
        rows = []
        for place, department in enumerate(self.d.departments):
            code, after = department["AGENCY_CODE"], 6 + place * 5 % 14
            if place % 60 == 37:
                continue  # says nothing
            if place % 30 == 11:
                after = 25  # after the twenty days
            day = APPROVED + timedelta(days=after)
            told = f"您好，我单位2023年度绩效信息已于{day.month}月{day.day}日公开，网址http://www.district.example/{code}/jxxx.html。"
            if place % 60 == 23:
                told = "您好，我单位门户网站正在改版，拟于改版后公开，具体时间另报。"
            rows.append({"addressee": code, "date": day.isoformat(), "words": told})
        self.d.table("publications", rows)


MISTAKES = {
    ("绩效目标申报", 2): "weight_sum",
    ("绩效目标申报", 5): "letter_o",
    ("绩效目标申报", 9): "bare_number_name",
    ("绩效目标申报", 12): "words_for_number",
    ("绩效目标申报", 16): "raw_pdf",
    ("绩效目标申报", 20): "missing_class",
    ("绩效目标申报", 23): "duplicate",
    ("绩效目标申报", 27): "funds_differ",
    ("单位自评", 4): "letter_o",
    ("单位自评", 11): "score_above_full",
    ("单位自评", 18): "raw_truncated",
    ("单位自评", 25): "missing_actual",
    ("绩效运行监控", 3): "likelihood_without_reason",
    ("绩效运行监控", 10): "likelihood_word",
    ("绩效运行监控", 17): "locked_changed",
    ("绩效运行监控", 26): "raw_html",
}


def _reply(kind: str, addressee: str, offset: int | None, mistakes: str, again: int) -> dict:
    return {
        "kind": kind,
        "addressee": addressee,
        "day_offset": "" if offset is None else str(offset),
        "mistakes": mistakes,
        "corrected_after_days": str(again),
    }


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _toml(name: str) -> dict:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
