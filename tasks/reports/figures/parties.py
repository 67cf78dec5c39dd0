"""Figures of third parties and experts: commissions, on time, late, returned, findings overturned."""

from sqlmodel import Session

from models.calendar import WorkYear
from models.vocabulary import PartyKind
from tasks.commission_ledger import entries
from tasks.reports.figures.figure import Figure, count


def party_figures(session: Session, year: WorkYear) -> list[Figure]:
    """What was commissioned this year and how it came back."""
    found = entries(session, year)
    query = f"{year.year}年委托台账"
    engaged = {
        kind: sorted({one.party.name for one in found if one.party.kind == kind}) for kind in PartyKind
    }
    late = [one for one in found if one.days_late]
    returned = [one for one in found if one.returned]
    overturned = [one for one in found if one.overturned]
    total = sum(one.overturned for one in overturned)
    keys = tuple(one.row.key for one in overturned)
    return [
        count("firms", "受托第三方机构", "家", query, engaged[PartyKind.FIRM]),
        count("experts", "受托评审专家", "人", query, engaged[PartyKind.EXPERT]),
        count("commissions", "委托", "项", query, [one.row.key for one in found]),
        count(
            "commissions_on_time",
            "委托成果按期交来",
            "项",
            f"{query}中交来日期不晚于应交日期的",
            [one.row.key for one in found if one.on_time],
        ),
        count(
            "commissions_late",
            "委托成果逾期",
            "项",
            f"{query}中逾期天数大于0的（含未交）",
            [one.row.key for one in late],
        ),
        count(
            "commissions_returned",
            "委托成果曾被退回",
            "项",
            f"{query}中退回次数大于0的",
            [one.row.key for one in returned],
        ),
        count(
            "reports_checked",
            "报告质量复核",
            "份",
            f"{query}中有质量表的",
            [one.row.key for one in found if one.quality],
        ),
        Figure("findings_overturned", "复核不成立的问题", total, str(total), "个", "报告质量表", keys),
        count(
            "grades_overturned",
            "复核改变等级",
            "项",
            "报告质量表中复核等级与评价等级不同的",
            [one.row.key for one in found if one.regraded],
        ),
    ]
