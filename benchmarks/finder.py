"""The whole problem finder over 10,000, 30,000 and 100,000 projects × 10 indicators: seconds, memory, growth.

Seconds are CPU seconds (the work is single-threaded), so that a busy machine does not blur the growth. Yardstick: seconds per 10,000 projects of the smallest run; a ratio near 1 is linear growth. Each size runs in a
process of its own, so that its peak memory is its own. Faults are planted in a twentieth of the projects.
"""

import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
SIZES = (10_000, 30_000, 100_000)
PLACES = ("金山街道", "章山街道", "汪仁镇", "太子镇", "大王镇", "金海开发区", "河口镇", "四棵街道")
THINGS = (
    ("道路养护", "养护道路里程", "公里"), ("管网清淤", "清淤管网长度", "公里"), ("学校修缮", "修缮校舍面积", "平方米"),
    ("养老服务", "服务老年人次", "人次"), ("技能培训", "培训学员人次", "人次"), ("绿化补植", "补植苗木数量", "株"),
    ("水库巡护", "巡护水库座数", "座"), ("送戏下乡", "送戏下乡场次", "场"), ("疫苗接种", "接种疫苗剂次", "剂次"),
)  # fmt: skip
SET = (
    ("产出指标", "数量指标", None, "≥", None, None), ("产出指标", "数量指标", "覆盖村组数量", "≥", "12", "个"),
    ("产出指标", "质量指标", "任务验收合格率", "≥", "98", "%"), ("产出指标", "时效指标", "任务按期完成率", "≥", "95", "%"),
    ("产出指标", "成本指标", "单位成本控制额", "≤", "800", "元"), ("效益指标", "社会效益指标", "受益群众人数", "≥", "3000", "人"),
    ("效益指标", "经济效益指标", "运行成本下降率", "≥", "20", "%"), ("效益指标", "生态效益指标", "废弃物回收率", "≥", "90", "%"),
    ("效益指标", "可持续影响指标", "管护责任落实率", "=", "100", "%"), ("满意度指标", "服务对象满意度指标", "服务对象满意度", "≥", "90", "%"),
)  # fmt: skip


def tables(count: int) -> dict[str, pd.DataFrame]:
    """National tables of so many projects, ten indicators and four payments each."""
    numbers = np.arange(count)
    codes = np.array([f"42020424T{n:012d}" for n in numbers], dtype=object)
    what = numbers % len(THINGS)
    name = np.array(
        [f"{PLACES[n % len(PLACES)]}{THINGS[n % len(THINGS)][0]}{n}号项目" for n in numbers], dtype=object
    )
    amount = 20 + numbers % 970
    goal = np.array(
        [
            f"{PLACES[n % len(PLACES)]}完成{THINGS[n % len(THINGS)][1]}{a}{THINGS[n % len(THINGS)][2]}，受益群众{3000 + n}人，12月底前完成。"
            for n, a in zip(numbers, amount, strict=True)
        ],
        dtype=object,
    )
    year = np.full(count, "2024", dtype=object)
    budget = np.array([f"{500_000 + n}.00" for n in numbers], dtype=object)
    agency = np.array([f"{301 + n % 60}001" for n in numbers], dtype=object)
    faulty = numbers % 20 == 0
    return {
        "PM_PROJECT_INFO": _frame(PRO_CODE=codes, PRO_NAME=name, AGENCY_CODE=agency, FISCAL_YEAR=year, BGT_AMT=budget, ATTRIBUTE=np.full(count, "延续", dtype=object)),
        "PM_PERF_GOAL_INFO": _frame(PRO_CODE=codes, FISCAL_YEAR=year, KPI_TARGET=np.where(faulty, "做好各项工作", goal)),
        "PM_PERF_INDICATOR": _indicators(codes, what, amount, faulty),
        "PM_SELF_EVAL_INDICATOR": _results(codes, what, amount, faulty),
        "PM_PERF_SELF_BGT": _frame(PRO_CODE=codes, FISCAL_YEAR=year, REPLY_AMT=budget, CUR_AMT=budget, YEAR_EXE_AMT=np.where(faulty, "200000.00", budget)),
        "PAY_VOUCHER": _payments(codes, faulty),
    }  # fmt: skip


def _frame(**columns: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    return frame.assign(row=np.arange(1, len(frame) + 1))


def _indicators(codes: np.ndarray, what: np.ndarray, amount: np.ndarray, faulty: np.ndarray) -> pd.DataFrame:
    count, each = len(codes), len(SET)
    levels = np.array(
        [[one[0], one[1], one[2] or "", one[3], one[4] or "", one[5] or ""] for one in SET], dtype=object
    )
    wide = np.tile(levels, (count, 1))
    wide[::each, 2] = [THINGS[n][1] for n in what]
    wide[::each, 4] = amount.astype(str)
    wide[::each, 5] = [THINGS[n][2] for n in what]
    wide[2::each, 4] = np.where(faulty, "明显提高", wide[2::each, 4])
    names = (
        "LV1_PERF_IND_NAME",
        "LV2_PERF_IND_NAME",
        "LV3_PERF_IND_NAME",
        "COMPUTESIGN",
        "KPI_VAL",
        "METERUNIT",
    )
    columns = {name: wide[:, place] for place, name in enumerate(names)}
    return _frame(
        PRO_CODE=np.repeat(codes, each), FISCAL_YEAR=np.full(count * each, "2024", dtype=object), **columns
    )


def _results(codes: np.ndarray, what: np.ndarray, amount: np.ndarray, faulty: np.ndarray) -> pd.DataFrame:
    frame = _indicators(codes, what, amount, np.zeros(len(codes), dtype=bool))
    number = frame["KPI_VAL"].astype("int64")
    less = (frame["COMPUTESIGN"] == "≤") | (number == 100)
    good = (number + np.where(less, 0, 1)).astype(str)
    late = np.repeat(faulty, len(SET)) & (np.arange(len(frame)) % len(SET) == len(SET) - 1)
    return frame.assign(IND_COMP=np.where(late, "72", good), IND_WEIGHT="9", EVAL_SCORE="9")


def _payments(codes: np.ndarray, faulty: np.ndarray) -> pd.DataFrame:
    count = len(codes) * 4
    day = np.tile(
        np.array(["2024-03-11", "2024-06-12", "2024-09-10", "2024-11-20"], dtype=object), len(codes)
    )
    approved = np.where(np.repeat(faulty, 4), "2024-12-30", day)
    fixed = {
        "PAY_AMT": "120000.00",
        "PAYEE": "湖北建工有限公司",
        "CONTRACT_NO": "HT-1",
        "SUMMARY": "进度款",
        "ATTACH_COUNT": "3",
    }
    columns = {name: np.full(count, value, dtype=object) for name, value in fixed.items()}
    return _frame(PRO_CODE=np.repeat(codes, 4), PAY_DATE=day, APPROVE_DATE=approved, **columns)


def measure(count: int) -> None:
    """One size: seconds, peak memory in MB, problems."""
    from models.rules.problems.facts import facts_of
    from models.rules.problems.registry import find_problems
    from models.rules.profiles import load_rules

    given, rules = tables(count), load_rules("huangshi", date(2025, 3, 1))
    start = time.process_time()
    found = find_problems(facts_of(given), rules)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count} {seconds:.2f} {peak:.0f} {len(found.problems)}")


def main() -> None:
    """Every size in its own process, then the table."""
    base = None
    print(f"{'projects':>9}{'seconds':>9}{'s/10k':>8}{'growth':>8}{'peak MB':>9}{'problems':>10}")
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", __file__, str(size)], capture_output=True, text=True, check=True
        )
        count, seconds, peak, problems = done.stdout.split()
        each = float(seconds) / int(count) * 10_000
        base = base or each
        print(f"{count:>9}{seconds:>9}{each:>8.2f}{each / base:>8.2f}{peak:>9}{problems:>10}")


if __name__ == "__main__":
    measure(int(sys.argv[1])) if len(sys.argv) > 1 else main()
