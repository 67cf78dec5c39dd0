"""The labelled projects as a folder of national tables: what the labels do not speak of is filled in as a clean year."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

TEXT = Path(__file__).with_name("labelled.txt")
YEAR = 2024
OWN = ("AGENCY2", "START_DATE", "END_DATE")  # not columns beside the usual ones
CLASSES = {
    "数": ("产出指标", "数量指标"), "质": ("产出指标", "质量指标"), "时": ("产出指标", "时效指标"),
    "本": ("产出指标", "成本指标"), "C": ("成本指标", "经济成本指标"), "经": ("效益指标", "经济效益指标"),
    "社": ("效益指标", "社会效益指标"), "生": ("效益指标", "生态效益指标"), "续": ("效益指标", "可持续影响指标"),
    "满": ("满意度指标", "服务对象满意度指标"),
}  # fmt: skip


@dataclass
class Case:
    """One labelled project as written in the text file."""

    code: str
    name: str
    agency: str
    budget: Decimal
    attribute: str
    basis: str
    goal: str = ""
    last_goal: str = ""
    rows: list[list[str]] = field(default_factory=list)
    last: list[list[str]] = field(default_factory=list)
    results: dict[int, list[str]] = field(default_factory=dict)
    money: list[str] = field(default_factory=list)
    total: str = ""
    seen: dict[int, list[str]] = field(default_factory=dict)
    june: str = ""
    payments: list[list[str]] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    monitored: bool = True
    evaluated: bool = True

    @property
    def kept(self) -> bool:
        """Whether the project belongs to the half that is never tuned on."""
        return int(hashlib.sha256(self.code.encode()).hexdigest(), 16) % 2 == 1

    @property
    def full_code(self) -> str:
        """The code as the tables bear it."""
        return f"42020424T000000{self.code}"


def cases(path: Path = TEXT) -> list[Case]:
    """All labelled projects of a text file."""
    found: list[Case] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        mark, _, rest = line.partition(" ")
        parts = rest.split("|")
        if mark == "P":
            found.append(Case(*parts[:3], Decimal(parts[3]), *parts[4:6]))
        elif mark and mark != "#":
            _take(found[-1], mark, rest, parts)
    return found


def _take(case: Case, mark: str, rest: str, parts: list[str]) -> None:
    if mark in "GLTE":
        setattr(case, {"G": "goal", "L": "last_goal", "T": "total", "E": "june"}[mark], rest)
    elif mark in "IJV":
        {"I": case.rows, "J": case.last, "V": case.payments}[mark].append(parts)
    elif mark in "RM":
        {"R": case.results, "M": case.seen}[mark][int(parts[0])] = parts[1:]
    elif mark == "B":
        case.money = parts
    elif mark == "F":
        case.more |= dict(one.split("=", 1) for one in rest.split(";"))
    elif mark == "X":
        case.labels = set(rest.split(","))
    elif mark == "N":
        case.monitored = False
    elif mark == "Z":
        case.evaluated = False


def write_folder(given: list[Case], folder: Path) -> None:
    """The national tables of the cases."""
    folder.mkdir(parents=True, exist_ok=True)
    agencies = list(dict.fromkeys(one.agency for one in given))
    codes = {name: f"{301 + place}001" for place, name in enumerate(agencies)}
    _write(folder, "BAS_AGENCY_INFO", "AGENCY_CODE,AGENCY_NAME", ([codes[one], one] for one in agencies))
    columns = list(dict.fromkeys(name for one in given for name in one.more if name not in OWN))
    head = "PRO_CODE,PRO_NAME,AGENCY_CODE,FISCAL_YEAR,ATTRIBUTE,POLICY_BASIS,START_DATE,END_DATE,BGT_AMT"
    _write(folder, "PM_PROJECT_INFO", ",".join([head, *columns]), _register(given, codes, columns))
    _write(folder, "PM_PERF_GOAL_INFO", "PRO_CODE,FISCAL_YEAR,KPI_TARGET", _goals(given))
    head = "PRO_CODE,FISCAL_YEAR,LV1_PERF_IND_NAME,LV2_PERF_IND_NAME,LV3_PERF_IND_NAME,COMPUTESIGN,KPI_VAL,METERUNIT"
    _write(folder, "PM_PERF_INDICATOR", head, _indicators(given))
    _write(
        folder, "PM_SELF_EVAL_INDICATOR", f"{head},IND_COMP,IND_WEIGHT,EVAL_SCORE,DEVI_ANALY", _results(given)
    )
    _write(folder, "PM_PERF_SELF_BGT", "PRO_CODE,FISCAL_YEAR,REPLY_AMT,CUR_AMT,YEAR_EXE_AMT", _money(given))
    _write(folder, "PM_PERF_SELF_EVAL", "PRO_CODE,FISCAL_YEAR,TOTAL_EVAL_VALUE", _totals(given))
    _write(
        folder,
        "PAY_PERF_MONITOR_INFO",
        f"{head},PERIOD_END,PERF_COMP,COMPLETE,ANA_DEV_REASONS,PRO_BGT_COMP",
        _seen(given),
    )
    head = "PRO_CODE,PAY_DATE,PAY_AMT,PAYEE,APPROVE_DATE,CONTRACT_NO,SUMMARY,ATTACH_COUNT,APPLICANT,APPROVER"
    _write(folder, "PAY_VOUCHER", head, _payments(given))


def _write(folder: Path, name: str, head: str, rows: Iterator[list[str]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head.split(","))
        writer.writerows(rows)


def _yuan(wan: Decimal | str) -> str:
    return f"{Decimal(wan) * 10_000:.2f}"


def _register(given: list[Case], codes: dict[str, str], columns: list[str]) -> Iterator[list[str]]:
    for one in given:
        more = [one.more.get(name, _usual(name)) for name in columns]
        row = [
            one.full_code,
            one.name,
            codes[one.agency],
            str(YEAR),
            one.attribute,
            one.basis,
            one.more.get("START_DATE", "2024-01-01"),
            one.more.get("END_DATE", "2024-12-31"),
            _yuan(one.budget),
        ]
        yield [*row, *more]
        if "AGENCY2" in one.more:
            yield [*row[:2], codes[one.more["AGENCY2"]], *row[3:], *more]


def _usual(column: str) -> str:
    return {"CALC_BASIS": "按任务量和标准测算", "BOND": "否"}.get(column, "")


def _goals(given: list[Case]) -> Iterator[list[str]]:
    for one in given:
        yield [one.full_code, str(YEAR), one.goal]
        if one.last_goal:
            yield [one.full_code, str(YEAR - 1), one.last_goal]


def _row(one: Case, row: list[str], year: int = YEAR) -> list[str]:
    kind, name, sign, value, unit = row[:5]
    return [one.full_code, str(year), *CLASSES[kind], name, sign, value, unit]


def _indicators(given: list[Case]) -> Iterator[list[str]]:
    for one in given:
        yield from (_row(one, row) for row in one.rows)
        yield from (_row(one, row, YEAR - 1) for row in one.last)


def _number(row: list[str]) -> Decimal | None:
    try:
        return Decimal(row[3])
    except ArithmeticError:
        return None


def _reached(one: Case, place: int, row: list[str], share: Decimal = Decimal(1)) -> str:
    """A result that a clean year would have: a little better than asked, different from row to row."""
    number = _number(row)
    if number is None:
        return row[3] if row[2] == "定性" else "已完成"
    if row[2] == "=" or number == 0:
        return f"{(number * share).normalize():f}" if share == 1 or row[4] not in {"%"} else f"{number:f}"
    step = Decimal(int(hashlib.sha256(f"{one.code}{place}".encode()).hexdigest(), 16) % 5 + 1) / 100
    better = number * (1 + step) if row[2] in {"≥", ">"} else number * (1 - step)
    if row[4] == "%" and row[2] in {"≥", ">"}:
        better = min(better, (number + 100) / 2) if number < 100 else number
    if share != 1 and row[4] != "%" and row[2] != "≤":
        better *= share
    whole = number == number.to_integral_value() and number > 20
    return f"{better:.0f}" if whole and row[4] != "%" else f"{better:.1f}"


def _weights(one: Case) -> list[Decimal]:
    each = Decimal(90) // len(one.rows)
    return [each] * (len(one.rows) - 1) + [90 - each * (len(one.rows) - 1)]


def _results(given: list[Case]) -> Iterator[list[str]]:
    for one in given:
        if not one.evaluated:
            continue
        for place, (row, weight) in enumerate(zip(one.rows, _weights(one), strict=True), 1):
            told = one.results.get(place)
            actual, reason = (told[0], told[2]) if told else (_reached(one, place, row), "")
            score = weight if not told or told[1] == "10" else weight * Decimal(told[1]) / 10
            yield [*_row(one, row), actual, str(weight), f"{score:.2f}", reason]


def _of_money(one: Case) -> list[str]:
    return one.money or [str(one.budget), str(one.budget), str(one.budget * Decimal("0.97"))]


def _money(given: list[Case]) -> Iterator[list[str]]:
    for one in given:
        if one.evaluated:
            yield [one.full_code, str(YEAR), *map(_yuan, _of_money(one))]


def _totals(given: list[Case]) -> Iterator[list[str]]:
    for one in given:
        if not one.evaluated:
            continue
        _, revised, spent = map(Decimal, _of_money(one))
        scores = sum(
            weight
            if place not in one.results or one.results[place][1] == "10"
            else round(weight * Decimal(one.results[place][1]) / 10, 2)
            for place, weight in enumerate(_weights(one), 1)
        )
        yield [one.full_code, str(YEAR), one.total or f"{scores + round(10 * spent / revised, 2)}"]


def _seen(given: list[Case]) -> Iterator[list[str]]:
    for one in given:
        if not one.monitored:
            continue
        june = _yuan(one.june or one.budget * Decimal("0.52"))
        for place, row in enumerate(one.rows, 1):
            told = one.seen.get(place)
            done, likely, reason = (
                told if told else (_reached(one, place, row, Decimal("0.55")), "确定能", "")
            )
            yield [*_row(one, row), "6", done, likely, reason, june]


def _payments(given: list[Case]) -> Iterator[list[str]]:
    for one in given:
        for row in one.payments:
            day, wan, *rest = row
            yield [one.full_code, day, _yuan(wan), *rest]
