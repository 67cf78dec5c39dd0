"""`jixiao check` of a report as text, ours or one written by hand; also the gate before ours is issued."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.rules.profiles import Rules
from models.rules.report.checker import contradictions
from models.rules.report.faults import Fault
from models.rules.report.outline import Line
from models.rules.report.wordlist import codes, wordlist
from tasks.reports.reading import read_report
from tasks.workbook_guard import Unreadable

REPORT = "年度绩效报告"
SEVERITY = {"错误": "error", "提醒": "warning", "说明": "note"}


def check_report(path: Path, rules: Rules) -> dict[str, Any]:
    """The contradictions of a report in the shape of `jixiao check --json`."""
    about = {"file": path.name, "form": REPORT}
    try:
        written = read_report(path)
    except Unreadable as error:
        return {**about, "readable": False, "findings": [unreadable(str(error))], "not_checked": []}
    faults, left = contradictions(written.lines, rules)
    if written.revised:
        faults.append(Fault("N6", None, "文中有未接受的修订或批注"))
    findings = [finding(one) for one in faults]
    return {**about, "readable": True, "findings": findings, "not_checked": [asdict(one) for one in left]}


def faults_of(lines: Sequence[Line], rules: Rules) -> list[Fault]:
    """What stops our own report from being issued: everything that the checker finds in it."""
    return contradictions(lines, rules)[0]


def finding(fault: Fault) -> dict[str, Any]:
    """A contradiction as other programs read it; `row` is the number of the paragraph."""
    code = codes()[fault.code]
    return {
        "code": fault.code,
        "severity": SEVERITY[_weight(fault)],
        "sheet": "",
        "cell": "",
        "row": fault.line,
        "project": fault.about or None,
        "read": fault.read,
        "says": said(fault),
        "basis": wordlist().source,
        "remedy": code.remedy,
    }


def said(fault: Fault) -> str:
    """A contradiction in one sentence."""
    return f"{codes()[fault.code].title}：{fault.says}。"


def is_error(fault: Fault) -> bool:
    """Whether it is a contradiction, not only a doubt: a report with one is not issued."""
    return _weight(fault) == "错误"


def _weight(fault: Fault) -> str:
    return fault.severity or codes()[fault.code].severity


def unreadable(text: str) -> dict[str, Any]:
    """The sentence that a reader gives: what is wrong, then what to do."""
    says, stop, remedy = text.partition("。")
    return {
        "code": "F-UNREADABLE",
        "severity": "error",
        "sheet": "",
        "cell": "",
        "row": None,
        "project": None,
        "read": "",
        "says": says + stop,
        "basis": "",
        "remedy": remedy or "请核对文件后重发。",
    }
