"""The sample district's year-end export of 2024, payments included, with the problems that its report names planted.

python examples/make_problems.py --out DIR      writes the national tables and planted.csv (which problem stands where)

Every project is clean but the nine of the report's part two, three others, and the projects of 区经信局.
"""

import argparse
import csv
from collections.abc import Callable
from pathlib import Path

from make_district import YEAR, District

INDUSTRY, TALENT, CARE, ORDER = "省重点产业", "人才专项", "社会化养老服务", "政法维稳专项"
RURAL, SCENIC, PARK, REMOVAL = "巩固拓展脱贫攻坚", "景区维护管理", "湿地公园", "征地和拆迁补偿"
OFFICE = "区经信局"
Rows = list[dict[str, str]]


class YearEnd:
    """Tables of a clean year, then the plants."""

    def __init__(self) -> None:
        self.district = District(192, 60)
        self.current = [
            row for row in [*self.district.projects, *self.district.overall] if "refused" not in row
        ]
        self.names = {row["AGENCY_CODE"]: row["AGENCY_NAME"] for row in self.district.departments}
        self.last = {row["PRO_NAME"]: row for row in self.district.last_year}
        self.tables: dict[str, Rows] = {name: [] for name in TABLES}
        self.planted: list[tuple[str, str, str]] = []
        for number, row in enumerate(self.current):
            self.clean(row, number)

    # --- a clean year -------------------------------------------------------------------------------------

    def clean(self, row: dict, number: int) -> None:
        code, overall = row["PRO_CODE"], row["WHOLE_DEPT"] == "是"
        key = {"PRO_CODE": code, "FISCAL_YEAR": str(YEAR)}
        spent = row["fen"] * (955 + number % 41) // 1000
        self.register(row, number)
        self.tables["PM_PERF_GOAL_INFO"].append({**key, "KPI_TARGET": self.district.goal(row)})
        money = {"REPLY_AMT": yuan(row["fen"]), "CUR_AMT": yuan(row["fen"]), "YEAR_EXE_AMT": yuan(spent)}
        self.tables["PM_PERF_SELF_BGT"].append({**key, **money})
        rate = min(spent * 10_000 // row["fen"], 10_000) / 10_000
        self.tables["PM_PERF_SELF_EVAL"].append({**key, "TOTAL_EVAL_VALUE": f"{80 + 20 * rate:.2f}"})
        if overall:
            rows = [["产出指标", "数量指标", "重点工作完成项数", "=", "9", "项", "40"], ["产出指标", "时效指标", "任务按期完成率", "≥", "95", "%", "15"],
                    ["效益指标", "社会效益指标", "部门履职办结率", "≥", "95", "%", "15"], ["满意度指标", "服务对象满意度指标", "服务对象满意度", "≥", "90", "%", "10"]]  # fmt: skip
        else:
            rows = self.indicators(row)
            self.pay(row, spent)
        for place, cells in enumerate(rows):
            self.indicator(key, cells, number + place, overall)

    def indicators(self, row: dict) -> list[list[str]]:
        rows = self.district.indicators(row, last_year=False)
        rows[2][4] = str(
            int(rows[2][4]) + int(row["PRO_CODE"][-3:]) % 7
        )  # no two projects ask for the very same
        if any(word in row["PRO_NAME"] for word in ("耕地", "农田", "粮食", "脱贫")):
            rows[3] = ["产出指标", "质量指标", "耕地保护责任落实率", "=", "100", "%", "5"]
        return rows

    def register(self, row: dict, number: int) -> None:
        hidden = {"fen", "named", "asked", "small", "refused"}
        plain = {key: value for key, value in row.items() if key not in hidden}
        more = {
            "BGT_AMT": yuan(row["fen"]), "MANAGE_DEPT": self.names[row["AGENCY_CODE"]], "ISSUE_DATE": f"{YEAR}-02-{1 + number % 27:02d}",
            "CALC_BASIS": "按任务量和现行标准测算", "APPLY_DATE": f"{YEAR - 1}-09-10", "REVIEW_DATE": f"{YEAR - 1}-10-20",
            "PUBLICITY_DATE": f"{YEAR}-01-15", "INSPECT_DATE": f"{YEAR}-07-15", "COMPLETE_DATE": f"{YEAR}-11-30",
            "ACCEPT_DATE": f"{YEAR}-12-10", "MAINTAIN_UNIT": self.names[row["AGENCY_CODE"]], "SEPARATE_LEDGER": "是",
        }  # fmt: skip
        self.tables["PM_PROJECT_INFO"].append(plain | more)
        before = self.last.get(row["PRO_NAME"])
        if before is not None:
            old = {key: value for key, value in before.items() if key not in hidden}
            self.tables["PM_PROJECT_INFO"].append(old | more | {"BGT_AMT": yuan(row["fen"] * 93 // 100)})

    def indicator(self, key: dict[str, str], cells: list[str], salt: int, overall: bool) -> None:
        names = (
            "LV1_PERF_IND_NAME",
            "LV2_PERF_IND_NAME",
            "LV3_PERF_IND_NAME",
            "COMPUTESIGN",
            "KPI_VAL",
            "METERUNIT",
            "WEIGHT",
        )
        one = key | dict(zip(names, cells, strict=True))
        self.tables["PM_PERF_INDICATOR"].append(one)
        plain = {name: value for name, value in one.items() if name != "WEIGHT"}
        done = reached(cells, salt)
        result = {
            "IND_COMP": done,
            "IND_WEIGHT": cells[6],
            "EVAL_SCORE": cells[6],
            "DEVI_ANALY": "",
            "EVIDENCE": "佐证材料目录",
        }
        self.tables["PM_SELF_EVAL_INDICATOR"].append(plain | result)
        half = done if cells[5] == "%" or cells[3] in {"定性", "≤"} else f"{int(cells[4]) * 55 // 100}"
        seen = {
            "PERIOD_END": "6",
            "PERF_COMP": half,
            "COMPLETE": "确定能",
            "ANA_DEV_REASONS": "",
            "PRO_BGT_COMP": "52%",
        }
        self.tables["PAY_PERF_MONITOR_INFO"].append(plain | seen)

    def pay(self, row: dict, spent: int) -> None:
        parts = [spent * 24 // 100, spent * 26 // 100, spent * 25 // 100]
        parts.append(spent - sum(parts))
        for place, (day, fen) in enumerate(
            zip((f"{YEAR}-03-12", f"{YEAR}-06-13", f"{YEAR}-09-11", f"{YEAR}-12-20"), parts, strict=True)
        ):
            what = "支付服务费" if place < 3 else "验收后支付服务费"
            self.tables["PAY_VOUCHER"].append(
                payment(row["PRO_CODE"], day, fen, f"{row['PRO_NAME']}{what}", f"HT{row['PRO_CODE'][-4:]}")
            )

    # --- plants -------------------------------------------------------------------------------------------

    def plant(self) -> None:
        """The problems of the report, each in the project that it names."""
        one = self.code_of
        self.mark(INDUSTRY, "P1", "P2")
        for row in self.rows("PAY_VOUCHER", one(INDUSTRY)):
            row["PAY_DATE"] = row["APPROVE_DATE"] = f"{YEAR}-12-2{int(row['PAY_DATE'][5:7]) % 8}"
        self.change("PM_PROJECT_INFO", one(INDUSTRY), PUBLICITY_DATE="")
        self.mark(TALENT, "P3", "P4", "P5")
        self.drop(one(TALENT), lambda row: "效益" in row["LV1_PERF_IND_NAME"])
        self.change("PM_PROJECT_INFO", one(TALENT), POLICY_BASIS="黄开铁人才办〔2019〕3号（已废止）")
        self.first(
            "PM_SELF_EVAL_INDICATOR", one(TALENT), IND_COMP="210", EVAL_SCORE="2", DEVI_ANALY="申报人数不足"
        )
        self.mark(CARE, "P6", "P7", "P8", "P9")
        self.first(
            "PM_PERF_INDICATOR",
            one(CARE),
            LV3_PERF_IND_NAME="运营补贴资金支出",
            KPI_VAL="200",
            METERUNIT="万元",
        )
        self.at("PM_PERF_INDICATOR", one(CARE), 3, KPI_VAL="逐步提高", COMPUTESIGN="定性", METERUNIT="")
        self.at("PAY_VOUCHER", one(CARE), 0, PAY_DATE=f"{YEAR - 1}-12-28", APPROVE_DATE=f"{YEAR - 1}-12-26")
        for place, (who, wan) in enumerate(
            (("章山社区养老服务中心", 12), ("金山社区养老服务中心", 11), ("汪仁社区养老服务中心", 2))
        ):
            day = f"{YEAR}-0{4 + place}-18"
            self.tables["PAY_VOUCHER"].append(
                payment(one(CARE), day, wan * 1_000_000, "运营补贴", f"YL{place}", who)
            )
        self.mark(ORDER, "P10", "P11", "P12", "P13", "P14")
        for place, (who, wan) in enumerate(
            (("金山街道办事处", 160), ("章山街道办事处", 9), ("太子镇人民政府", 8), ("大王镇人民政府", 9))
        ):
            day = f"{YEAR}-0{3 + place}-16"
            self.tables["PAY_VOUCHER"].append(
                payment(one(ORDER), day, wan * 1_000_000, "网格员补贴", f"WW{place}", who)
            )
        self.at("PAY_VOUCHER", one(ORDER), 0, APPROVE_DATE=f"{YEAR}-03-20")
        self.at("PAY_VOUCHER", one(ORDER), 1, SUMMARY="其他", CONTRACT_NO="", ATTACH_COUNT="0")
        self.last_of(
            "PM_SELF_EVAL_INDICATOR", one(ORDER), IND_COMP="71", EVAL_SCORE="7", DEVI_ANALY="调解不及时"
        )
        self.mark(RURAL, "P15", "P16", "P17")
        self.at("PM_PERF_INDICATOR", one(RURAL), 3, LV3_PERF_IND_NAME="项目验收合格率")
        self.change("PM_PERF_SELF_BGT", one(RURAL), YEAR_EXE_AMT="1200000.00")
        self.change("PM_PROJECT_INFO", one(RURAL), MANAGE_DEPT="区农业农村局、区水利湖泊局")
        self.plant_office()
        self.plant_scenic()
        self.plant_park()
        self.mark(REMOVAL, "P30", "P31", "P32")
        self.change("PM_PERF_GOAL_INFO", one(REMOVAL), KPI_TARGET="做好过渡费发放工作。")
        for place in range(6):
            self.at(
                "PM_PERF_INDICATOR",
                one(REMOVAL),
                place,
                KPI_VAL="按规定执行",
                COMPUTESIGN="定性",
                METERUNIT="",
            )
        self.first("PAY_PERF_MONITOR_INFO", one(REMOVAL), PERF_COMP="1")
        self.plant_others()

    def plant_office(self) -> None:
        """区经信局: budget moved, no target for the whole department, nothing of it monitored."""
        whole = next(row["PRO_CODE"] for row in self.current if row["PRO_NAME"] == f"{OFFICE}部门整体支出")
        agency = self.district.codes[OFFICE]
        mine = {row["PRO_CODE"] for row in self.current if row["AGENCY_CODE"] == agency}
        self.planted += [("P18", whole, agency), ("P19", whole, agency), ("P20", "", agency)]
        row = self.rows("PM_PERF_SELF_BGT", whole)[0]
        row["CUR_AMT"] = f"{float(row['REPLY_AMT']) * 1.62:.2f}"
        self.tables["PM_PERF_GOAL_INFO"] = [
            row for row in self.tables["PM_PERF_GOAL_INFO"] if row["PRO_CODE"] != whole
        ]
        self.tables["PAY_PERF_MONITOR_INFO"] = [
            row for row in self.tables["PAY_PERF_MONITOR_INFO"] if row["PRO_CODE"] not in mine
        ]

    def plant_scenic(self) -> None:
        """景区维护管理: no whole course, no basis, odd payments, nothing looked after, money idle."""
        code = self.code_of(SCENIC)
        self.mark(SCENIC, "P21", "P22", "P23", "P24", "P25")
        self.tables["PAY_PERF_MONITOR_INFO"] = [
            row for row in self.tables["PAY_PERF_MONITOR_INFO"] if row["PRO_CODE"] != code
        ]
        self.change("PM_PROJECT_INFO", code, CALC_BASIS="", INSPECT_DATE="", ACCEPT_DATE="")
        self.at("PAY_VOUCHER", code, 2, SUMMARY="职工体检费")
        row = self.rows("PM_PERF_SELF_BGT", code)[0]
        row["YEAR_EXE_AMT"] = f"{float(row['CUR_AMT']) * 0.48:.2f}"

    def plant_park(self) -> None:
        """湿地公园: bond money to the platform company, interest inside, accepted early, nobody to look after it."""
        code = self.code_of(PARK)
        self.mark(PARK, "P26", "P27", "P28", "P29")
        self.at("PAY_VOUCHER", code, 1, PAYEE="区城市建设投资有限公司", SUMMARY="往来款")
        self.at("PAY_VOUCHER", code, 2, SUMMARY="专项债券付息")
        self.change("PM_PROJECT_INFO", code, ACCEPT_DATE=f"{YEAR}-11-10", MAINTAIN_UNIT="")

    def plant_others(self) -> None:
        """Doubtful self-evaluation, easier targets than a year ago, results without evidence."""
        continued = [row for row in self.district.projects[60:] if row["PRO_NAME"] in self.last]
        doubtful, easier, bare = (row["PRO_CODE"] for row in continued[:3])
        self.planted += [("C9", doubtful, ""), ("C15", easier, ""), ("C18", bare, "")]
        self.first("PM_SELF_EVAL_INDICATOR", doubtful, IND_COMP="1")
        row = dict(self.rows("PM_PERF_INDICATOR", easier)[0])
        old = self.last[next(one["PRO_NAME"] for one in self.current if one["PRO_CODE"] == easier)][
            "PRO_CODE"
        ]
        row |= {"PRO_CODE": old, "FISCAL_YEAR": str(YEAR - 1), "KPI_VAL": str(int(row["KPI_VAL"]) * 2)}
        self.tables["PM_PERF_INDICATOR"].append(row)
        self.at("PM_SELF_EVAL_INDICATOR", bare, 1, EVIDENCE="")

    # --- small tools --------------------------------------------------------------------------------------

    def code_of(self, name: str) -> str:
        return next(
            row["PRO_CODE"]
            for row in self.current
            if row["PRO_NAME"].startswith(name) and row["WHOLE_DEPT"] == "否"
        )

    def mark(self, name: str, *codes: str) -> None:
        self.planted += [(code, self.code_of(name), "") for code in codes]

    def rows(self, table: str, code: str) -> Rows:
        return [
            row
            for row in self.tables[table]
            if row["PRO_CODE"] == code and row.get("FISCAL_YEAR", str(YEAR)) == str(YEAR)
        ]

    def change(self, table: str, code: str, **cells: str) -> None:
        for row in self.rows(table, code):
            row.update(cells)

    def at(self, table: str, code: str, place: int, **cells: str) -> None:
        self.rows(table, code)[place].update(cells)

    def first(self, table: str, code: str, **cells: str) -> None:
        self.at(table, code, 0, **cells)

    def last_of(self, table: str, code: str, **cells: str) -> None:
        self.at(table, code, -1, **cells)

    def drop(self, code: str, which: Callable[[dict[str, str]], bool]) -> None:
        for table in ("PM_PERF_INDICATOR", "PM_SELF_EVAL_INDICATOR", "PAY_PERF_MONITOR_INFO"):
            self.tables[table] = [
                row for row in self.tables[table] if row["PRO_CODE"] != code or not which(row)
            ]

    def write(self, out: Path) -> None:
        """All tables and the list of what is planted."""
        self.plant()
        out.mkdir(parents=True, exist_ok=True)
        self.tables["BAS_AGENCY_INFO"] = [
            {"AGENCY_CODE": code, "AGENCY_NAME": name} for code, name in self.names.items()
        ]
        planted = [dict(zip(("code", "project", "department"), one, strict=True)) for one in self.planted]
        for name, rows in {**self.tables, "planted": planted}.items():
            with (out / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


TABLES = (
    "PM_PROJECT_INFO", "PM_PERF_GOAL_INFO", "PM_PERF_INDICATOR", "PM_SELF_EVAL_INDICATOR", "PM_PERF_SELF_BGT",
    "PM_PERF_SELF_EVAL", "PAY_PERF_MONITOR_INFO", "PAY_VOUCHER",
)  # fmt: skip


def yuan(fen: int) -> str:
    """元 with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def reached(cells: list[str], salt: int) -> str:
    """A result a little better than asked, different from row to row."""
    sign, value, unit = cells[3:6]
    if sign == "定性":
        return "制度已建立并执行，年内无违规记录"
    number = int(value)
    if sign == "=" or (unit != "%" and number < 10) or (unit == "%" and number == 100):
        return value
    step = 1 + salt % 3
    if unit == "%":
        return f"{min(100, number + step) if number > 20 else number * 1.1:.1f}"
    return f"{number * (100 - step) / 100:.1f}" if sign == "≤" else f"{-(-number * (100 + step) // 100)}"


def payment(code: str, day: str, fen: int, summary: str, contract: str, payee: str = "") -> dict[str, str]:
    """A payment as it should be: approved before, by another than who asked, with contract and papers."""
    return {
        "PRO_CODE": code, "PAY_DATE": day, "PAY_AMT": yuan(fen), "PAYEE": payee or f"黄石{contract[-2:]}号服务有限公司",
        "APPLY_DATE": day, "APPROVE_DATE": day, "APPLICANT": "王芳", "APPROVER": "李强", "CONTRACT_NO": contract,
        "SUMMARY": summary, "ATTACH_COUNT": "3",
    }  # fmt: skip


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    wanted = parser.parse_args()
    YearEnd().write(wanted.out)


if __name__ == "__main__":
    main()
