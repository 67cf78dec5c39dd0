"""Forms against named yardsticks: python-calamine's bare read, openpyxl's read-only mode, bare XlsxWriter, raw sqlite3, COPY.

python benchmarks/forms.py            200 workbooks of 5 sheets × 10 indicators; 100,000 rows into the databases
python benchmarks/forms.py --full     1,000,000 rows into the databases

Each figure is the median of several rounds, ours and the yardstick taking turns in one process.
"""

import io
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import create_engine
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import Session

from models.database import engine_for, insert_rows
from models.rules.profiles import load_rules
from models.target_review import IndicatorTarget
from models.vocabulary import RoundKind
from tasks.forms.checks import check_forms
from tasks.forms.reader import open_book, read_form
from tasks.forms.shape import Form, Sheet
from tasks.forms.writer import write

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.postgres import server

KIND = RoundKind.TARGET_DECLARATION
BOOKS, SHEETS, ROUNDS, BATCH = 200, 5, 5, 200
RULES = load_rules("huangshi", date(2024, 3, 1))
NAMES = ("level_1", "level_2", "level_3", "operator", "value", "unit")
ROWS = (
    ("产出指标", "数量指标", "运营养老服务中心数量", "≥", "18", "个", 10),
    ("产出指标", "数量指标", "服务老年人次", "≥", "9600", "人次", 10),
    ("产出指标", "质量指标", "设施达标率", "≥", "98", "%", 10),
    ("产出指标", "时效指标", "按期完成率", "=", "100", "%", 5),
    ("产出指标", "成本指标", "项目总成本", "≤", "100", "万元", 5),
    ("效益指标", "社会效益指标", "新增就业人数", "≥", "36", "人", 10),
    ("效益指标", "经济效益指标", "带动社会投资", "≥", "200", "万元", 10),
    ("效益指标", "生态效益指标", "垃圾分类覆盖率", "≥", "95", "%", 5),
    ("效益指标", "可持续影响指标", "设施使用年限", "≥", "10", "年", 5),
    ("满意度指标", "服务对象满意度指标", "服务对象满意度", "≥", "90", "%", 10),
)
Times = tuple[list[float], list[float]]


def form(number: int) -> Form:
    """A department's filled declaration; every tenth workbook has mistakes."""
    sheets = []
    for one in range(SHEETS):
        rows = [dict(zip(NAMES, row[:6], strict=True)) | {"weight": Decimal(row[6])} for row in ROWS]
        if number % 10 == 0:
            rows[one]["value"] = "明显提高"
        fields = {
            "project_code": f"P{number:04d}{one}",
            "project_name": "社区居家养老服务",
            "department_name": "区民政局",
            "budget": 100_000_000,
            "leader": "张三",
            "phone": "0714-6350000",
            "calculation_basis": "18个中心×5.5万元",
            "annual_goal": f"为第{number}街道{one + 3}个社区的老年人提供照料服务9600人次，12月底前完成。",
        }
        tables: Any = {"funds": [{"source": "本级财政资金", "amount": 100_000_000}], "indicators": rows}
        sheets.append(Sheet(f"2024:P{number}-{one}", "社区居家养老服务", fields, tables, layout="project"))
    return Form(KIND, "203001", 2024, sheets, form_number=f"JX2024-SB-203001-{number + 1}-0123456789AB")


def turns(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = ROUNDS) -> Times:
    """CPU seconds of both, taking turns."""
    times: Times = ([], [])
    for _ in range(rounds):
        for place, work in enumerate((ours, theirs)):
            start = time.process_time()
            work()
            times[place].append(time.process_time() - start)
    return times


def told(what: str, asked: str, times: Times) -> None:
    """One line: our time, the yardstick's, their ratio (median of the rounds)."""
    ratio = statistics.median(a / b for a, b in zip(*times, strict=True))
    ours, theirs = map(statistics.median, times)
    print(f"{what}: {ours:.3f} s against {theirs:.3f} s, ratio {ratio:.2f} (asked {asked})", flush=True)


def guarded_read_and_checked(files: Sequence[bytes]) -> int:
    """What intake does with a batch of files, without storing."""
    found = 0
    for start in range(0, len(files), BATCH):
        batch = files[start : start + BATCH]
        forms = [read_form(open_book(data, "表.xlsx"), KIND)[0] for data in batch]
        found += sum(map(len, check_forms(forms, RULES)))
    assert found == SHEETS * len(files) // 10, found
    return found


def by_calamine(files: Sequence[bytes]) -> None:
    """The bare read."""
    for data in files:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def by_openpyxl(files: Sequence[bytes]) -> None:
    """Read-only mode, values only."""
    for data in files:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        for page in book:
            for _ in page.iter_rows(values_only=True):
                pass


def cells_of(data: bytes) -> list[list[tuple[int, int, Any, int]]]:
    """Every cell of every sheet with its value and its look."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [
        [
            (c.row - 1, c.column - 1, c.value, c._style.xfId or c.style_id)
            for row in page
            for c in row
            if c.has_style
        ]
        for page in book
    ]


def by_xlsxwriter(pages: list[list[tuple[int, int, Any, int]]]) -> None:
    """The same cells, each with a frame: no widths, heights, merged cells, lists, locks, sums' colours or footers."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    looks: dict[int, Any] = {}
    for number, cells in enumerate(pages):
        page = book.add_worksheet(f"{number}")
        for row, column, value, look in cells:
            style = looks.get(look) or looks.setdefault(
                look, book.add_format({"border": 1, "font_size": 8 + look % 9})
            )
            if value is None:
                page.write_blank(row, column, None, style)
            elif isinstance(value, str) and value.startswith("="):
                page.write_formula(row, column, value, style)
            elif isinstance(value, str):
                page.write_string(row, column, value, style)
            else:
                page.write_number(row, column, float(value), style)
    book.close()


def stored(count: int) -> list[tuple[Any, ...]]:
    """Rows of 绩效指标 as they are stored, ten a target."""
    return [
        (f"2024:P{n // 10:06d}/1/{n % 10 + 1}", f"2024:P{n // 10:06d}/1", n % 10 + 1, *ROWS[n % 10][:3],
         ROWS[n % 10][3], ROWS[n % 10][4], ROWS[n % 10][5], ROWS[n % 10][6] * 1_000_000, "")
        for n in range(count)
    ]  # fmt: skip


TABLE: Any = IndicatorTarget.__table__  # type: ignore[attr-defined]
COLUMNS = [column.name for column in TABLE.columns]


def ddl(dialect: Any) -> list[str]:
    """The table with all its constraints and indexes, and the table of targets that it refers to."""
    made = str(CreateTable(TABLE).compile(dialect=dialect))
    return [
        "create table target (key varchar(200) primary key)",
        made,
        *(str(CreateIndex(index).compile(dialect=dialect)) for index in TABLE.indexes),
    ]


def on_sqlite(count: int, rounds: int) -> None:
    """insert_rows against sqlite3's executemany, each into a fresh file."""
    rows = stored(count)
    targets = [(key,) for key in dict.fromkeys(row[1] for row in rows)]

    with tempfile.TemporaryDirectory() as folder:
        places = iter(range(1_000))

        def fresh() -> Path:
            path = Path(folder) / f"{next(places)}.db"
            with closing(sqlite3.connect(path)) as db:
                db.executescript(
                    "pragma journal_mode=wal; " + "; ".join(ddl(create_engine("sqlite://").dialect))
                )
                db.executemany("insert into target values (?)", targets)
                db.commit()
            return path

        def ours() -> float:
            engine = engine_for(f"sqlite:///{fresh()}")
            start = time.perf_counter()
            with Session(engine) as session, session.begin():
                assert insert_rows(session, IndicatorTarget, COLUMNS, rows) == count
            seconds = time.perf_counter() - start
            engine.dispose()
            return seconds

        def theirs() -> float:
            with closing(sqlite3.connect(fresh())) as db:
                db.executescript("pragma synchronous=normal; pragma foreign_keys=on")
                start = time.perf_counter()
                marks = ",".join("?" * len(COLUMNS))
                db.executemany(f"insert into indicatortarget values ({marks})", rows)  # noqa: S608
                db.commit()
                return time.perf_counter() - start

        times = _both(ours, theirs, rounds)
    told(f"{count:,} rows into SQLite against executemany", "≤ 1.7", times)


def _both(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> Times:
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def on_postgres(count: int, rounds: int) -> None:
    """insert_rows against a hand-made COPY into the table with all its constraints."""
    rows = stored(count)
    targets = list(dict.fromkeys(row[1] for row in rows))
    with server() as url:
        engine = create_engine(url)
        address = url.replace("+psycopg", "")

        def fresh() -> None:
            with psycopg.connect(address) as db:
                db.execute("drop table if exists indicatortarget; drop table if exists target")
                for line in ddl(engine.dialect):
                    db.execute(line)
                with db.cursor().copy("copy target from stdin") as copy:
                    for key in targets:
                        copy.write_row((key,))

        def ours() -> float:
            fresh()
            start = time.perf_counter()
            with Session(engine) as session, session.begin():
                assert insert_rows(session, IndicatorTarget, COLUMNS, rows) == count
            return time.perf_counter() - start

        def theirs() -> float:
            fresh()
            with psycopg.connect(address) as db:
                start = time.perf_counter()
                with db.cursor().copy(f"copy indicatortarget ({','.join(COLUMNS)}) from stdin") as copy:
                    for row in rows:
                        copy.write_row(row)
                db.commit()
                return time.perf_counter() - start

        times = _both(ours, theirs, rounds)
        engine.dispose()
    told(f"{count:,} rows into PostgreSQL against COPY", "≤ 1.2", times)


def main() -> None:
    """All figures."""
    forms = [form(number) for number in range(BOOKS)]
    files = [write(one) for one in forms]
    guarded_read_and_checked(files[:20])
    reading = turns(lambda: guarded_read_and_checked(files), lambda: by_calamine(files))
    told(f"guard, read and check {BOOKS} workbooks against calamine's bare read", "≤ 4", reading)
    slow = turns(lambda: guarded_read_and_checked(files), lambda: by_openpyxl(files), 2)
    told("the same against openpyxl's read-only mode (we are faster: 1 / ratio)", "≤ 0.17", slow)
    pages = [cells_of(data) for data in files[:20]]
    issuing = turns(
        lambda: [write(one) for one in forms],
        lambda: [by_xlsxwriter(pages[place % 20]) for place in range(BOOKS)],
        3,
    )
    told(f"issuing {BOOKS} workbooks against bare XlsxWriter, the same cells", "≤ 1.3", issuing)
    count, rounds = (1_000_000, 3) if "--full" in sys.argv else (100_000, 5)
    on_sqlite(count, rounds)
    on_postgres(count, rounds)


if __name__ == "__main__":
    main()
