"""监控 explained: each light of a project with the figures, lines and cells behind it."""

from decimal import Decimal

from sqlmodel import Session, select

from models.amounts import yuan
from models.calendar import Round
from models.intake import Submission
from models.mid_year_monitoring import IndicatorProgress, MonitoringReport, MonitoringResult
from models.rules.columns import plain
from models.rules.profiles import Rules
from models.rules.stage_questions import Lights
from models.target_review import IndicatorTarget, wanted
from models.vocabulary import Light
from tasks.origins import UNKNOWN, Line, Originals, line
from tasks.rounds import the_year
from tasks.rulebook import rules_of


def explained_lights(session: Session, key: str, originals: Originals) -> list[Line]:
    """Every monitoring report of a project, in the order of months and versions."""
    rows = session.exec(
        select(MonitoringReport)
        .where(MonitoringReport.project_key == key)
        .order_by(MonitoringReport.month, MonitoringReport.version)  # type: ignore[arg-type]
    ).all()
    lines = []
    for report in rows:
        result = session.get(MonitoringResult, report.key)
        if result is not None:
            lines += _report(session, report, result, originals)
    return lines


def _report(
    session: Session, report: MonitoringReport, result: MonitoringResult, originals: Originals
) -> list[Line]:
    rules = _rules(session, report, result)
    rule = rules.monitoring
    when = f"1-{report.month}月"
    lines = [
        line(f"{when}资金灯", _word(result.money_light), _money(report, originals), _basis(rule.money_light))
    ]
    lines += _indicators(session, report, rules, originals)
    lines.append(
        line(f"{when}目标灯", _word(result.target_light), "以上指标灯中最差的一个", rule.overall.basis)
    )
    both = f"资金灯{_word(result.money_light)}，目标灯{_word(result.target_light)}"
    lines.append(line(f"{when}综合灯", _word(result.overall_light), both, rule.overall.basis))
    if result.warning:
        paces = (
            f"预算执行率{_percent(result.budget_pace_micro)}，目标完成率{_percent(result.target_pace_micro)}"
        )
        due = f"，{result.decide_by}前作出处理决定" if result.decide_by else ""
        lines.append(line(f"{when}预警", result.warning + due, paces, _warned(rules)))
    return lines


def _rules(session: Session, report: MonitoringReport, result: MonitoringResult) -> Rules:
    """The profile by which the report was judged."""
    submission = session.get_one(Submission, report.submission)
    round_ = session.get_one(Round, submission.round_key)
    return rules_of(the_year(session, round_.work_year).rules, result.judged_on)


def _money(report: MonitoringReport, originals: Originals) -> str:
    rate = None if not report.budget_fen else report.spent_fen * 1_000_000 // report.budget_fen
    where = originals.cell(report.submission, report.project_key, "funds", "0", "spent")
    return (
        f"{where}，执行{yuan(report.spent_fen)}元÷预算{yuan(report.budget_fen)}元＝{_percent(rate)}，"
        f"时间进度{report.month}/12"
    )


def _indicators(session: Session, report: MonitoringReport, rules: Rules, originals: Originals) -> list[Line]:
    rows = session.exec(select(IndicatorProgress).where(IndicatorProgress.report_key == report.key)).all()
    lines = []
    for row in rows:
        target = session.get_one(IndicatorTarget, row.indicator_key)
        place = originals.row_of(
            report.submission, report.project_key, "indicators", "indicator_key", row.indicator_key
        )
        where = originals.cell(report.submission, report.project_key, "indicators", place, "actual")
        asked = wanted(target.operator, target.value, target.unit)
        said = f"目标{asked}，完成“{row.actual or '—'}”"
        said += f"，完成目标可能性“{row.likelihood}”" if row.likelihood else ""
        said += f"，偏差原因“{row.reason}”" if row.reason else ""
        basis = _basis(
            rules.monitoring.target_light, "反向指标和目标为0的，达到为绿、否则为红；定性指标按完成档次"
        )
        lines.append(line(f"指标灯 {target.level_3}", _word(row.light), f"{where}，{said}", basis))
    return lines


def _basis(rule: Lights, more: str = "") -> str:
    """The lines of a light in words, with their source."""
    said = f"低于时间进度的{_percent(rule.red)}为红，低于{_percent(rule.yellow)}为黄"
    said += f"，达到{_percent(rule.blue)}为蓝" if rule.blue is not None else ""
    said += f"；{more}" if more else ""
    return f"{said}（{rule.basis}）"


def _warned(rules: Rules) -> str:
    rule = rules.monitoring
    months = f"{rule.month_lines.basis}；" if rule.month_lines.lines else ""
    return f"{months}{rule.mismatch.basis}；期限：{rules.deadlines.money_decision.basis}"


def _word(light: Light | None) -> str:
    return light.value if light else UNKNOWN


def _percent(rate: int | Decimal | None) -> str:
    """ "37.5%" of 375 000 millionths or of the rule's 0.375."""
    if rate is None:
        return UNKNOWN
    share = Decimal(rate) / 10_000 if isinstance(rate, int) else rate * 100
    return f"{plain(share.quantize(Decimal('0.01')))}%"
