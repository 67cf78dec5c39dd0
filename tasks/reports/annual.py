"""What the templates of the annual report may use: figures, sentences, sections, tables. The words are the templates'."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from models.amounts import wan
from models.calendar import WorkYear
from models.ledger import Decision
from models.registers import GrantedException, RuleDocument, Training, TypicalCase
from models.rules.calendar import plan
from models.rules.profiles import Rules
from models.settings import settings
from models.vocabulary import DecisionKind, Grade, Light
from notifications.render import day_in_words, numeral
from tasks.budget_balance import priorities, trials
from tasks.reports.charts import bars
from tasks.reports.figures import Figure, with_texts
from tasks.reports.narrative import Evaluated, result_rows, sections

UNDECIDED = {
    "budget_effect.effects": "评价等级对预算的影响",
    "budget_grounds.low_execution": "预算执行率低对预算的影响",
    "budget_grounds.unrectified": "整改未完成对预算的影响",
    "budget_grounds.no_target": "没有绩效目标对预算的影响",
    "department_overall": "部门整体支出评价框架",
}


def context(session: Session, year: WorkYear, figures: Sequence[Figure], rules: Rules) -> dict[str, Any]:
    """Every name that a template of the report may use."""
    says = {one.name: one.says for one in figures}
    says["other_years"] = _other_years(year, figures)
    value = {one.name: one.value for one in figures}
    rows = {one.name: one.rows for one in figures}
    counted, others = (with_texts(session, rows[name]) for name in ("key_evaluations", "other_evaluations"))
    return {
        "district": settings().district,
        "bureau": settings().bureau,
        "year": year.year,
        "target_year": year.target_year,
        "evaluated_year": year.evaluated_year,
        "applied_year": year.applied_year,
        "day": day_in_words(plan(year.year).moments["report"]),
        "n": says,
        "v": value,
        "charts": _charts(value),
        "basics": _basics(session, year, says, value),
        "key_sentence": _key_sentence(year, says, value),
        "threshold": _threshold(rules),
        "monitored_to": rules.monitoring.window.end_month,
        "training": _training(session, year, says, value),
        "approved": _approved(session, year),
        "sectors": _sectors(counted),
        "results": result_rows(session, counted),
        "sections": sections(session, year, counted, others),
        "plans": _plans(rules),
        "effects": _by_grade(rules),
        "remarks": [*_undecided(rules), *_exceptions(session, year)],
        "questions": _questions(rules, says, value),
        "whatif": [
            {
                "grade": one.rule,
                "count": one.count,
                "base": wan(one.base_fen),
                "percent": one.percent,
                "cut": wan(one.cut_fen),
            }
            for one in trials(session, year)
            if one.count and one.rule in set(Grade)
        ],
        "priorities": [
            {
                "number": n,
                "name": one.name,
                "grade": one.grade,
                "gap": wan(one.gap_fen),
                "served": wan(one.served_fen),
            }
            for n, one in enumerate(priorities(session, year), 1)
        ],
    }


def _charts(value: dict[str, int]) -> dict[str, bytes | None]:
    """PNG bytes of each chart; None where there is nothing to show."""
    grades = [value[f"grade_{grade.name.lower()}"] for grade in Grade]
    lights = [light for light in Light if value[f"light_{light.name.lower()}"]]
    shown = [value[f"light_{light.name.lower()}"] for light in lights]
    return {
        "grades": bars([grade.value for grade in Grade], grades, "个") if sum(grades) else None,
        "lights": bars([f"{light.value}灯" for light in lights], shown, "个") if lights else None,
    }


def _basics(session: Session, year: WorkYear, n: dict[str, str], v: dict[str, int]) -> list[str]:
    """The points of the first heading: rule documents, assessments, self-evaluations, key evaluations."""
    points = [
        *_documents(session, year, n),
        _assessments(n, v),
        f"组织{year.evaluated_year}年度单位自评，收到项目支出自评{n['self_evaluated']}份、部门整体支出自评"
        f"{n['self_evaluated_overall']}份；按规则逐项核算，填报总分与核算不一致的{n['self_differ']}份，"
        f"核算总分未定的{n['self_undecided']}份。",
        _key_sentence(year, n, v),
    ]
    return [f"{numeral(number)}是{point}" for number, point in enumerate(points, 1)]


def _documents(session: Session, year: WorkYear, n: dict[str, str]) -> list[str]:
    rows = session.exec(
        select(RuleDocument).where(RuleDocument.work_year == year.year).order_by(col(RuleDocument.issued_on))
    ).all()
    names = "".join(f"《{row.title}》" for row in rows)
    return [f"印发制度{n['rule_documents']}件：{names}。"] if rows else []


def _assessments(n: dict[str, str], v: dict[str, int]) -> str:
    if not v["assessed"]:
        return "本年没有达到事前绩效评估标准的项目。"
    return (
        f"组织第三方机构对{n['assessed']}个新增项目开展事前绩效评估，予以支持{n['assessed_support']}个、部分支持"
        f"{n['assessed_partial']}个、不予支持{n['assessed_refuse']}个，申报{n['assessed_requested']}万元，"
        f"按评估结果安排{n['assessed_arranged']}万元。"
    )


def _key_sentence(year: WorkYear, n: dict[str, str], v: dict[str, int]) -> str:
    names = [f"grade_{grade.name.lower()}" for grade in Grade]
    grades = "、".join(
        f"{n[name]}个项目评价为“{grade.value}”" for name, grade in zip(names, Grade, strict=True) if v[name]
    )
    overall = f"（含{n['key_overall']}个部门整体）" if v["key_overall"] else ""
    other = (
        f"另开展部门评价{n['other_evaluations']}个{n['other_years']}，单独列示，不计入上述个数。"
        if v["other_evaluations"]
        else ""
    )
    return (
        f"组织第三方机构对{year.evaluated_year}年度{n['key_evaluations']}个重点项目{overall}进行绩效评价，"
        f"{f'其中{grades}，' if grades else ''}发现问题{n['problems']}个。{other}"
    )


def _other_years(year: WorkYear, figures: Sequence[Figure]) -> str:
    """ "（评价2024年度项目）" where what is listed apart is of another year than the key evaluations."""
    keys = next(one.rows for one in figures if one.name == "other_evaluations")
    years = sorted({key.split("/")[1][:4] for key in keys} - {str(year.evaluated_year)})
    return f"（评价{'、'.join(years)}年度项目）" if years else ""


def _threshold(rules: Rules) -> str:
    line = rules.approval.threshold_fen
    if line is None:
        return "全部"
    return f"{wan(line, 0)}万元{'及以上' if rules.approval.threshold_included else '以上'}"


def _training(session: Session, year: WorkYear, n: dict[str, str], v: dict[str, int]) -> str:
    """Trainings with date, place, head-count and topics; publicity; typical cases by their names."""
    rows = session.exec(
        select(Training).where(Training.work_year == year.year).order_by(col(Training.held_on), Training.key)
    ).all()
    said = "；".join(map(_held, rows))
    cases = session.exec(
        select(TypicalCase.title)
        .where(TypicalCase.work_year == year.year)
        .order_by(col(TypicalCase.collected_on), TypicalCase.key)
    ).all()
    more = f"开展宣传报道{n['publicity']}篇。" if v["publicity"] else ""
    if cases:
        more += f"总结典型案例{n['typical_cases']}个：{'、'.join(f'“{title}”' for title in cases)}。"
    held = (
        f"组织培训{n['trainings']}场、{n['attendance']}人次（{said}）。" if rows else "本年未组织专题培训。"
    )
    return held + more


def _held(row: Training) -> str:
    place = f"在{row.place}" if row.place else ""
    audience = f"{row.audience}参加，" if row.audience else ""
    topics = f"，内容为{row.content.rstrip('。').replace('；', '、')}" if row.content else ""
    return f"{day_in_words(row.held_on)}{place}举办“{row.title}”，{audience}{row.attendance}人次{topics}"


def _approved(session: Session, year: WorkYear) -> str:
    meeting = session.exec(
        select(Decision).where(Decision.kind == DecisionKind.KEY_PROJECTS, Decision.work_year == year.year)
    ).first()
    return f"报经{meeting.reason}审定，" if meeting else ""


def _sectors(counted: Evaluated) -> str:
    names = list(dict.fromkeys(p.sector for _, p in counted if p.sector))
    return f"，覆盖{'、'.join(names)}领域" if names else ""


def _plans(rules: Rules) -> list[dict[str, str]]:
    plans = (
        (
            "进一步树牢绩效管理理念",
            "牢固树立“花钱必问效、无效必问责”的理念，严格绩效目标设置作为预算资金安排的前提条件，没有绩效目标的项目不安排预算。",
        ),
        (
            "进一步优化绩效评价体系建设",
            "从数量、质量、时效、成本和社会效益、生态效益等方面设置可量化、可考核的指标，提高绩效结果的客观性和准确性。",
        ),
        (
            "强化绩效评价结果应用",
            f"将评价结果向政府、人大汇报，及时反馈项目单位督促整改，并随同决算公开；{_by_grade(rules)}。",
        ),
        ("加强培训和宣传", "针对本年填报中问题较多的环节组织培训，向党委、政府、人大汇报工作进展。"),
    )
    return [
        {"number": numeral(number), "title": title, "text": text}
        for number, (title, text) in enumerate(plans, 1)
    ]


def _by_grade(rules: Rules) -> str:
    groups: dict[str, list[str]] = defaultdict(list)
    for grade, effect in rules.budget_effect.effects.items():
        groups[effect.word or "对预算的影响未定，待研究确定"].append(f"“{grade}”")
    return "；".join(f"评价等级为{'、'.join(grades)}的，{word}" for word, grades in groups.items())


def _undecided_names(rules: Rules) -> list[str]:
    return list(
        dict.fromkeys(
            next((says for path, says in UNDECIDED.items() if one.startswith(path)), one)
            for one in rules.undecided
        )
    )


def _undecided(rules: Rules) -> list[str]:
    names = _undecided_names(rules)
    return [f"以下规则尚未确定，需要研究：{'、'.join(names)}。"] if names else []


def _exceptions(session: Session, year: WorkYear) -> list[str]:
    granted = session.exec(select(GrantedException).where(GrantedException.work_year == year.year)).all()
    said = "；".join(f"{row.about}（{row.kind}，{row.reason}）" for row in granted)
    return [f"本年批准例外{len(granted)}项：{said}。"] if granted else []


def _questions(rules: Rules, n: dict[str, str], v: dict[str, int]) -> list[str]:
    """What the government has to settle, each with what is at stake."""
    found = [f"{numeral(place)}是{name}尚未确定。" for place, name in enumerate(_undecided_names(rules), 1)]
    if v["proposals_undecided"]:
        found.append(f"上述未定事项涉及预算安排建议{n['proposals_undecided']}项、资金{n['stake']}万元。")
    return found or ["本年没有需要研究决定的事项。"]
