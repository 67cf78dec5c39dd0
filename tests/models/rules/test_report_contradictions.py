"""The checker of report texts: hand-written reports of several districts, clean ones and ones with one fault each.

The file's name says what is to be found: clean_… nothing, n4_… exactly N4 (a wrong count may show in the grades too).
"""

import re
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from models.rules.profiles import load_rules
from models.rules.report.wordlist import codes
from tasks.reports.contradictions import check_report

REPORTS = sorted((Path(__file__).parents[2] / "cases" / "reports").iterdir())
DISTRICT = REPORTS[0].parent / "district_2024.txt"
RULES = load_rules("huangshi", date(2024, 12, 31))
WRITTEN = [
    (head.split(), body)
    for head, _, body in (
        one.partition("\n")
        for one in re.split(
            r"(?m)^@@ ", (REPORTS[0].parents[1] / "written_reports.txt").read_text(encoding="utf-8")
        )[1:]
    )
]
"""Reports in the manner of many bureaus, written and labelled before the checker saw them: name, kind, what is wrong."""
FOLLOWS = {"N1": {"N8"}}
"""What else may be wrong where one number was changed."""


def found(path: Path) -> list[dict[str, object]]:
    return check_report(path, RULES)["findings"]  # type: ignore[no-any-return]


def as_word(text: str, path: Path) -> Path:
    document, table = Document(), None
    for row in text.splitlines():
        cells = row.split("\t")
        if len(cells) == 1:
            document.add_paragraph(row)
            table = None
            continue
        table = table or document.add_table(0, len(cells))
        for cell, words in zip(table.add_row().cells, cells, strict=True):
            cell.text = words
    document.save(str(path))
    return path


@pytest.mark.parametrize("path", [p for p in REPORTS if p.name.startswith("clean_")], ids=lambda p: p.name)
def test_a_clean_report_has_no_finding(path: Path) -> None:
    assert [(one["code"], one["says"]) for one in found(path)] == []


@pytest.mark.parametrize("path", [p for p in REPORTS if p.name.startswith("n")], ids=lambda p: p.name)
def test_the_fault_is_found_and_nothing_is_invented(path: Path) -> None:
    wanted = path.name.partition("_")[0].upper()
    got = {str(one["code"]) for one in found(path)}
    assert wanted in got
    assert got - {wanted} <= FOLLOWS.get(wanted, set())


@pytest.mark.parametrize(("about", "text"), WRITTEN, ids=[about[0] for about, _ in WRITTEN])
def test_reports_of_many_bureaus_give_what_is_wrong_with_them_and_nothing_else(
    about: list[str], text: str, tmp_path: Path
) -> None:
    name, kind, *wanted = about
    path = tmp_path / f"{name}.{kind}"
    if kind == "docx":
        as_word(text, path)
    else:
        path.write_text(text, encoding="utf-8")
    assert {str(one["code"]) for one in found(path)} == set(wanted)


@pytest.mark.parametrize("kind", ["txt", "md", "docx"])
def test_the_districts_own_report_gives_n1_to_n7(kind: str, tmp_path: Path) -> None:
    text = DISTRICT.read_text(encoding="utf-8")
    path = tmp_path / f"report.{kind}"
    if kind == "docx":
        as_word(text, path)
    else:
        path.write_text(text, encoding="utf-8")
    by_code: dict[str, list[dict[str, object]]] = {}
    for one in found(path):
        by_code.setdefault(str(one["code"]), []).append(one)
    assert set(by_code) == {"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N13"}
    assert "评价8个，分项叙述了9个" in str(by_code["N1"][0]["says"])
    assert "部门整体1个，分项中部门整体2个" in str(by_code["N2"][0]["says"])
    assert "景区维护管理项目" in str(by_code["N3"][0]["says"])
    assert len(by_code["N3"]) == 1
    assert [one["project"] for one in by_code["N4"]][1:] != []
    assert len(by_code["N5"]) == 9
    for words in ("第三机构", "省财政厅省财政厅", "项目项目", "进一步提升。等问题", "[bookmark: _GoBack]"):
        assert any(words in str(one["read"]) for one in by_code["N6"]), words
    assert {"“20余项”不是准确数", "“100余人次”不是准确数"} == {
        str(one["says"]).removeprefix(f"{codes()['N7'].title}：").rstrip("。") for one in by_code["N7"]
    }
    assert "“中”" in str(by_code["N13"][0]["says"])


def test_each_fault_put_right_is_found_no_more(tmp_path: Path) -> None:
    text = DISTRICT.read_text(encoding="utf-8")
    put_right = {
        "N1": [("8个重点项目", "9个重点项目"), ("3个项目评价为“中”", "4个项目评价为“中”")],
        "N2": [("含一个部门整体", "含两个部门整体")],
        "N3": [("2024年度景区维护管理项目，", "民政部门2024年围绕工作要点，")],
        "N4": [("2023年度8个", "2024年度8个")],
        "N7": [("20余项", "23项"), ("100余人次", "112人次")],
    }
    for code, pairs in put_right.items():
        mended = text
        for wrong, right in pairs:
            assert wrong in mended
            mended = mended.replace(wrong, right)
        path = tmp_path / f"{code}.txt"
        path.write_text(mended, encoding="utf-8")
        left = {one["code"] for one in found(path)}
        assert left == {"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N13"} - {code}, code


def test_automatic_numbers_tables_and_revisions_of_word_are_read(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("二、2023年度重点项目绩效评价结果", 1)
    document.add_paragraph("委托第三方机构对2023年度2个项目开展财政评价。")
    for name in ("校园安保项目", "公交补贴项目", "绿化养护项目"):
        document.add_heading(name, 2)
        paragraph = document.add_paragraph(f"{name}预算120万元，得分85分，")
        inserted = OxmlElement("w:ins")
        inserted.set(qn("w:author"), "x")
        run = document.add_paragraph("等级为“良”。").runs[0]._element
        inserted.append(run)
        paragraph._element.append(inserted)
    path = tmp_path / "revised.docx"
    document.save(str(path))
    says = {(one["code"], one["says"]) for one in found(path)}
    assert ("N1", "评价个数与逐项叙述不符：总述说评价2个，分项叙述了3个。") in says
    assert any("修订或批注" in str(text) for code, text in says if code == "N6")
    assert not any(code == "N5" for code, _ in says)


def test_numbers_that_word_writes_itself_are_headings(tmp_path: Path) -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "90")
    for place, (kind, text) in enumerate((("chineseCounting", "%1、"), ("chineseCounting", "（%2）"))):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(place))
        for tag, value in (("start", "1"), ("numFmt", kind), ("lvlText", text)):
            child = OxmlElement(f"w:{tag}")
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
    numbering.insert(0, abstract)
    list_ = OxmlElement("w:num")
    list_.set(qn("w:numId"), "91")
    target = OxmlElement("w:abstractNumId")
    target.set(qn("w:val"), "90")
    list_.append(target)
    numbering.append(list_)

    def numbered(text: str, level: int) -> None:
        properties = document.add_paragraph(text)._element.get_or_add_pPr()
        holder = properties.get_or_add_numPr()
        holder.get_or_add_ilvl().val = level
        holder.get_or_add_numId().val = 91

    numbered("2024年工作开展情况", 0)
    document.add_paragraph("委托第三方机构对2023年度3个重点项目开展绩效评价。")
    numbered("2023年度重点项目绩效评价结果", 0)
    for name in ("校园安保项目", "公交补贴项目"):
        numbered(name, 1)
        document.add_paragraph("预算120万元，得分85分，等级为“良”。")
    path = tmp_path / "auto.docx"
    document.save(str(path))
    assert [one["code"] for one in found(path)] == ["N1"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("empty.docx", b""), ("old.docx", b"\xd0\xcf\x11\xe0" * 9), ("cut.docx", b"PK\x03\x04xx")],
)
def test_what_is_no_word_document_is_one_sentence(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    document = check_report(path, RULES)
    assert document["readable"] is False
    assert [one["code"] for one in document["findings"]] == ["F-UNREADABLE"]
