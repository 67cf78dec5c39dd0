"""A folder of national tables: encodings, headers, missing columns, hostile files, odd rows."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tasks.exchange.errors import ExchangeError
from tasks.exchange.monitoring import monitorings, month_of
from tasks.exchange.reader import layouts, read_file, read_folder
from tasks.exchange.self_evaluation import self_evaluations

HEADER = "PRO_CODE,FISCAL_YEAR,LV1_PERF_IND_NAME,LV2_PERF_IND_NAME,LV3_PERF_IND_NAME,KPI_VAL,IND_COMP"
CHINESE = "项目代码,预算年度,一级指标,二级指标,三级指标,年度指标值,实际完成值,分值,得分"
ROW = "P1,2023,产出指标,数量指标,培训场次,≥10场,12场"
NAME = "PM_SELF_EVAL_INDICATOR"


def put(folder: Path, text: str, name: str = NAME, encoding: str = "utf-8", suffix: str = ".csv") -> Path:
    path = folder / f"{name}{suffix}"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_in_use_is_read(tmp_path, encoding):
    put(tmp_path, f"{CHINESE}\n{ROW},10,10\n", encoding=encoding)
    frame = read_folder(tmp_path).tables[NAME]
    assert frame["LV3_PERF_IND_NAME"].tolist() == ["培训场次"]
    assert frame["KPI_VAL"].tolist() == ["≥10场"]


def test_national_names_and_chinese_titles_may_be_mixed_and_extra_columns_are_kept_and_told(tmp_path):
    put(tmp_path, f"项目代码,fiscal_year,{HEADER.split(',', 2)[2]},填报人\n{ROW},张三\n")
    exchange = read_folder(tmp_path)
    assert exchange.extra == {NAME: ["填报人"]}
    assert exchange.tables[NAME]["填报人"].tolist() == ["张三"]
    assert exchange.column(NAME, "填报人")
    assert not exchange.column(NAME, "DEVI_ANALY")


def test_missing_columns_are_one_clear_error(tmp_path):
    put(tmp_path, "PRO_CODE,FISCAL_YEAR,一级指标\nP1,2023,产出\n")
    with pytest.raises(
        ExchangeError, match=r"缺少必需的列：LV2_PERF_IND_NAME（二级指标）.*IND_COMP（实际完成值）"
    ):
        read_folder(tmp_path)


def test_rows_are_numbered_as_in_the_file_blank_ones_counted(tmp_path):
    put(tmp_path, f"2023年度自评\n{HEADER}\n{ROW}\n,,,,,,\n{ROW}\n")
    assert read_folder(tmp_path).tables[NAME]["row"].tolist() == [1, 3]


def test_deleted_rows_are_left_out(tmp_path):
    put(tmp_path, f"{HEADER},IS_DELETED\n{ROW},1\n{ROW},2\n")
    assert read_folder(tmp_path).tables[NAME]["row"].tolist() == [2]


def test_a_workbook_is_read_as_text(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / f"{NAME}.xlsx"))
    sheet = book.add_worksheet()
    for column, title in enumerate(HEADER.split(",")):
        sheet.write(0, column, title)
    for column, cell in enumerate(["0012", 2023, "产出指标", "数量指标", "面积", 1346.0088, 12]):
        sheet.write(1, column, cell)
    book.close()
    frame = read_folder(tmp_path).tables[NAME]
    assert frame.iloc[0].tolist()[:2] == ["0012", "2023"]
    assert frame[["KPI_VAL", "IND_COMP"]].iloc[0].tolist() == ["1346.0088", "12"]


def test_a_workbook_with_one_far_cell_is_refused_before_it_is_read(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / f"{NAME}.xlsx"))
    book.add_worksheet().write("XFD1048576", "x")
    book.close()
    with pytest.raises(ExchangeError, match="很远的位置"):
        read_folder(tmp_path)


def test_what_is_no_workbook_or_too_big_is_refused(tmp_path):
    put(tmp_path, "not a zip", suffix=".xlsx")
    with pytest.raises(ExchangeError, match="不是Excel表格"):
        read_folder(tmp_path)
    with zipfile.ZipFile(tmp_path / f"{NAME}.xlsx", "w") as parcel:
        parcel.writestr("readme.txt", "x")
    with pytest.raises(ExchangeError, match="压缩包，不是Excel"):
        read_folder(tmp_path)


def test_two_files_of_one_table_no_table_and_no_folder(tmp_path):
    put(tmp_path, f"{HEADER}\n{ROW}\n")
    put(tmp_path, "x", suffix=".xlsx")
    with pytest.raises(ExchangeError, match="有多个文件"):
        read_folder(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ExchangeError, match="没有可识别的表"):
        read_folder(tmp_path / "empty")
    with pytest.raises(ExchangeError, match="没有文件夹"):
        read_folder(tmp_path / "nowhere")


def test_every_title_leads_to_one_column():
    for name, layout in layouts().items():
        columns = layout["required"] | layout["optional"]
        titles = [title for ways in columns.values() for title in ways]
        assert len(titles) == len(set(titles)), name


def test_merged_cells_are_filled_down_and_sum_rows_are_taken_as_the_total(tmp_path):
    rows = ["P1,2023,产出指标,数量指标,甲,10,10,50,50", "P1,2023,,,乙,10,10,40,40", "P1,2023,总分,,,,,100,98"]
    put(tmp_path, "\n".join([CHINESE, *rows]))
    given = self_evaluations(read_folder(tmp_path))
    assert given.indicators["level_2"].tolist() == ["数量指标", "数量指标"]
    assert given.heads["reported_total_micro"].tolist() == [98_000_000]


def test_what_the_self_evaluation_leaves_out_comes_from_the_approved_indicator(tmp_path):
    put(
        tmp_path,
        f"{HEADER},KPI_ID\nP1,2023,产出指标,数量指标,场次,10,12,K1\nP1,2023,产出指标,数量指标,人数,5,5,\n",
    )
    target = HEADER.replace(",IND_COMP", ",KPI_ID,COMPUTESIGN,METERUNIT,WEIGHT")
    put(
        tmp_path,
        f"{target}\nP1,2023,产出指标,数量指标,场次数,10,K1,≥,场,30\nP1,2023,产出指标,数量指标,人数,5,K2,≤,人,22.5\n",
        "PM_PERF_INDICATOR",
    )
    found = self_evaluations(read_folder(tmp_path)).indicators
    assert found["sign"].tolist() == ["≥", "≤"]
    assert found["unit"].tolist() == ["场", "人"]
    assert found["weight_micro"].tolist() == [30_000_000, 22_500_000]


def test_one_project_in_two_years_stays_two(tmp_path):
    put(tmp_path, f"{HEADER}\n{ROW}\n{ROW.replace('2023', '2024')}\n")
    exchange = read_folder(tmp_path)
    assert list(self_evaluations(exchange).heads.index) == ["P1@2023", "P1@2024"]
    assert list(self_evaluations(exchange, 2024).heads.index) == ["P1"]
    with pytest.raises(ExchangeError, match="没有2022年度"):
        self_evaluations(exchange, 2022)


def test_without_a_self_evaluation_there_is_nothing_to_score(tmp_path):
    put(tmp_path, "AGENCY_CODE,AGENCY_NAME\n1,甲局\n", "BAS_AGENCY_INFO")
    with pytest.raises(ExchangeError, match="没有自评表"):
        self_evaluations(read_folder(tmp_path))


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("6", 6),
        ("1-6月", 6),
        ("2024-06-30", 6),
        ("202406", 6),
        ("20240731", 7),
        ("2024年8月", 8),
        ("上半年", None),
        ("13", None),
    ],
)
def test_month_of_a_period(cell, month):
    assert month_of(cell) == month


def test_monitoring_with_money_in_yuan(tmp_path):
    put(
        tmp_path,
        "PRO_CODE,FISCAL_YEAR,截至月份,LV1_PERF_IND_NAME,LV2_PERF_IND_NAME,LV3_PERF_IND_NAME,KPI_VAL,PERF_COMP,PRO_BGT_COMP\n"
        "P1,2024,6,产出指标,数量指标,场次,10,4,875700.00\n",
        "PAY_PERF_MONITOR_INFO",
    )
    put(
        tmp_path,
        "PRO_CODE,PRO_NAME,AGENCY_CODE,FISCAL_YEAR,BGT_AMT\nP1,申遗,A,2024,220万元\n",
        "PM_PROJECT_INFO",
    )
    found = monitorings(read_folder(tmp_path), 2024)
    assert found is not None
    assert found.indicators["month"].tolist() == [6]
    assert found.money.loc["P1"].tolist() == [87_570_000, 220_000_000]


def test_one_file_by_itself_is_told_by_its_name_or_header(tmp_path):
    named = put(tmp_path, f"{HEADER}\n{ROW}\n")
    other = put(tmp_path, f"2023年自评\n{CHINESE}\n{ROW},10,10\n", "某局自评表")
    assert list(read_file(named).tables) == [NAME]
    assert list(read_file(other).tables) == [NAME]
    with pytest.raises(ExchangeError, match="不是预算管理一体化的任何一张表"):
        read_file(put(tmp_path, "甲,乙\n1,2\n", "随便"))
