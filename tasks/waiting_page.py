"""等我处理: one page with what waits for whom, what is late, how far each round is, what failed and what to do."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from models.calendar import FormIssue, Round
from models.database import transaction
from models.intake import Submission
from models.letters import Letter
from models.people import Department
from models.rules.announced import links_in
from models.vocabulary import DecisionKind, LetterState
from notifications.reminders import due_of, open_forms
from tasks.decisions import waiting
from tasks.doors import decisions, link, table
from tasks.intake import FAILED
from tasks.log_in import guessed
from tasks.mailbox import trouble
from tasks.named import names_of
from tasks.progress_chart import chart
from tasks.publicity_replies import unpublished
from tasks.rounds import the_year
from tasks.rule_setting import undecided
from tasks.rules_shown import undecided_title
from tasks.target_adjustment import cuts_too_large
from tasks.trouble import failed_lately
from tasks.year_report import results_folder

K = DecisionKind


@dataclass(frozen=True)
class Standing:
    """How far a round is: forms sent, answers accepted, how many are late."""

    round: Round
    sent: int
    answered: int
    late: int


def waiting_page(work_year: int, at: datetime) -> str:
    """The page as Markdown. Raises LookupError when the year was never opened."""
    with transaction() as session:
        the_year(session, work_year)
        items = waiting(session, work_year, at.date())
        named = [key for one in items for key in (one.about, *one.proposed.split("、"))]
        names = names_of(session, named)
        rounds = standings(session, work_year, at.date())
        late = _late(session, work_year, at.date())
        publications = _publications(session, work_year, at.date())
        failed = [*_failed(session, at), *cuts_too_large(session, work_year, at)]
    parts = [
        f"# {work_year}年度 等我处理",
        f"{at:%Y年%m月%d日 %H:%M}更新 · 等待决定{len(items)}项 · 逾期{len(late)}份 · 未办成{len(failed)}项 · "
        f"[今天待发的函件](/desk/letters?work_year={work_year})",
        "## 一、等我决定",
        decisions(items, work_year, names),
        publications,
        "## 二、逾期未报",
        table(("部门或机构", "事项", "截止日", "逾期"), late) if late else "没有逾期的表格。",
        "## 三、各环节进度",
        _progress(rounds, work_year),
        "## 四、未办成的",
        table(("什么", "原因", "怎么办"), failed) if failed else "没有。",
        "## 五、结果文件和未定的规则",
        _files(work_year),
        _rules(work_year, at.date()),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _publications(session: Session, work_year: int, day: date) -> str:
    """Departments that wrote about their disclosure in words a person must read, or that are late with it."""
    rows = []
    for row, name, when, words in unpublished(session, work_year, day):
        given = {"department": row.department_code, "link": (*links_in(words), "")[0], "work_year": work_year}
        door = link("登记公开", "登记公开", **{k: v for k, v in given.items() if v})
        rows.append((door, name, when, words or "—"))
    head = f"### 登记公开（{len(rows)}项） 由经办人登记"
    return f"{head}\n\n{table(('办理', '部门', '公开期限', '部门来信'), rows)}" if rows else ""


def standings(session: Session, work_year: int, day: date) -> list[Standing]:
    """Every round that has opened, in the order of its opening."""
    opened = select(Round).where(Round.work_year == work_year, Round.opens_on <= day)
    rounds = session.exec(opened.order_by(col(Round.opens_on), Round.key)).all()
    asked = select(FormIssue.round_key, func.count(func.distinct(col(FormIssue.addressee)))).group_by(
        FormIssue.round_key
    )
    sent = dict(session.exec(asked).all())
    still_open: dict[str, list[bool]] = defaultdict(list)
    for issue, round_ in open_forms(session, work_year):
        still_open[round_.key].append(due_of(issue, round_) < day)
    return [
        Standing(
            one,
            sent.get(one.key, 0),
            sent.get(one.key, 0) - len(still_open[one.key]),
            sum(still_open[one.key]),
        )
        for one in rounds
    ]


def _progress(rounds: Sequence[Standing], work_year: int) -> str:
    asked = [one for one in rounds if one.sent]
    if not asked:
        return "还没有发出表格。"
    rows = [
        (
            one.round.stage.value,
            one.round.kind.value,
            f"{one.round.due_on:%m月%d日}{'（暂按）' if one.round.provisional else ''}",
            str(one.sent),
            str(one.answered),
            str(one.late) if one.late else "—",
            f"{_bar(one.answered, one.sent)} {one.answered * 100 // one.sent}%",
        )
        for one in asked
    ]
    picture = chart(
        [one.round.kind.value for one in asked], [one.answered * 100 // one.sent for one in asked], work_year
    )
    rounds_table = table(("环节", "事项", "截止日", "发出", "已报", "逾期", "进度"), rows)
    return f"{rounds_table}\n\n![各环节报送进度](/desk/results/{picture})"


def _bar(done: int, of: int) -> str:
    full = done * 10 // of
    return "█" * full + "░" * (10 - full)


def _late(session: Session, work_year: int, day: date) -> list[tuple[str, ...]]:
    names = dict(session.exec(select(Department.code, Department.name)).all())
    rows = sorted(
        (due_of(issue, round_), names.get(issue.addressee, issue.addressee), round_.kind.value)
        for issue, round_ in open_forms(session, work_year)
    )
    return [(name, kind, f"{due:%m月%d日}", f"{(day - due).days}天") for due, name, kind in rows if due < day]


def _failed(session: Session, at: datetime) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (row.title, row.says, "未办的由下次办理补办；明天仍有请管理员运行 jixiao doctor")
        for row in failed_lately(session, at)
    ]
    bad = select(Letter).where(col(Letter.state).in_((LetterState.REFUSED, LetterState.EXPIRED)))
    rows += [
        (f"给{one.addressee}的函件", one.outcome, f"电话核对邮箱{one.goes_to}，改正后重发")
        for one in session.exec(bad.order_by(Letter.key)).all()
    ]
    broken = select(Submission).where(col(Submission.says).startswith(FAILED)).order_by(Submission.sha256)
    rows += [
        (
            f"{one.addressee or one.sender}报送的“{one.file_name}”",
            one.says,
            "原件已保存，请管理员查看后重新收取",
        )
        for one in session.exec(broken).all()
    ]
    rows += [
        ("登录", says, "确属本人的，等候即可；急用请管理员运行 jixiao officers unlock")
        for _, says in guessed(session, at.date())
    ]
    rows += [("收取邮件", one, "请管理员运行 jixiao doctor") for one in [trouble()] if one]
    return rows


def _files(work_year: int) -> str:
    folder = results_folder(work_year)
    names = sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    shown = [name for name in names if not name.endswith((".png", ".part"))]
    if not shown:
        return "年度报告、台账和下年预算表编成后列在这里。"
    return "\n".join(f"- [{name}](/desk/results/{work_year}/{name})" for name in shown)


def _rules(work_year: int, day: date) -> str:
    paths = undecided(work_year, day)
    if not paths:
        return "规则没有未定的。"
    rows = []
    for path in paths:
        title = undecided_title(path)
        lines = f"{path}（{title}） = "
        rows.append((link("确定", K.SET_RULE.value, lines=lines, work_year=work_year), title, path))
    return f"未定的规则{len(paths)}条（系统不据此提出任何金额）：\n\n{table(('办理', '规则', '代号'), rows)}"
