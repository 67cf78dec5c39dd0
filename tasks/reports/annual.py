"""年度绩效工作报告 in the three parts of the district's own report, every figure from `figures`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from models.amounts import points, wan
from models.calendar import WorkYear
from models.evaluation import Evaluation, Problem
from models.ledger import Decision
from models.people import Department
from models.projects import Project
from models.registers import GrantedException, RuleDocument, Training
from models.rules.calendar import plan
from models.rules.profiles import Rules
from models.settings import settings
from models.vocabulary import DecisionKind, Grade, Light
from notifications.render import day_in_words, numeral
from tasks.reports.charts import bars
from tasks.reports.document import Official
from tasks.reports.figures import Figure, key_evaluations, other_evaluations
from tasks.result_application import ACCEPT


class Annual:
    """The report being written."""

    def __init__(self, session: Session, work_year: int, figures: Sequence[Figure], rules: Rules) -> None:
        self.session, self.rules = session, rules
        self.year = session.get_one(WorkYear, work_year)
        self.f = {one.name: one for one in figures}
        self.page = Official()

    def n(self, name: str) -> str:
        """A figure as the report prints it; one that was never computed stops the report."""
        return self.f[name].says

    def write(self) -> Official:
        """All three parts."""
        district, year = settings().district, self.year.year
        self.page.title(f"{district}{year}年预算绩效工作\n开展情况及重点项目绩效执行结果")
        self.page.paragraph(
            f"根据中央、省、市关于预算绩效管理工作的有关要求，{settings().bureau}推进全过程预算绩效管理，现将{year}年工作开展情况报告如下"
            f"（本年审核和监控{self.year.target_year}年度预算项目，评价{self.year.evaluated_year}年度项目，结果应用于{self.year.applied_year}年度预算）："
        )
        self.part_one()
        self.part_two()
        self.part_three()
        self.page.sign(settings().bureau, day_in_words(self.day()))
        return self.page

    def day(self) -> date:
        """The report's own day."""
        return plan(self.year.year).moments["report"]

    # --- 一 ---

    def part_one(self) -> None:
        page, year = self.page, self.year
        page.heading(f"一、{year.year}年预算绩效管理工作开展情况", 1)
        page.heading("（一）健全制度体系，夯实工作基础", 2)
        documents = self.session.exec(
            select(RuleDocument)
            .where(RuleDocument.work_year == year.year)
            .order_by(col(RuleDocument.issued_on))
        ).all()
        if documents:
            names = "、".join(f"《{row.title}》" for row in documents)
            page.paragraph(f"一是印发制度{self.n('rule_documents')}件：{names}。")
        page.paragraph(self.assessments())
        page.paragraph(
            f"三是组织{year.evaluated_year}年度单位自评，收到项目支出自评{self.n('self_evaluated')}份、部门整体支出自评"
            f"{self.n('self_evaluated_overall')}份；按规则逐项核算，填报总分与核算不一致的{self.n('self_differ')}份，"
            f"核算总分未定的{self.n('self_undecided')}份。"
        )
        page.paragraph(self.key_sentence())
        self.chart_grades()
        page.heading("（二）强化绩效目标管理，源头把控预算质量", 2)
        page.paragraph(
            f"一是组织专家评审{year.target_year}年度项目绩效目标，评审项目{self.n('reviewed')}个，涉及金额{self.n('reviewed_amount')}亿元，"
            f"其中退回修改{self.n('returned_targets')}个；对{self.threshold()}的项目正式批复绩效目标{self.n('approved_formal')}个；"
            f"受理部门整体支出绩效目标{self.n('declared_overall')}个。"
        )
        page.paragraph(
            f"二是预算调整时同步调整绩效目标，填报《项目支出绩效目标调整表》，全年审核调整绩效目标{self.n('adjusted')}项，"
            f"重新批复{self.n('approved_again')}个。"
        )
        page.heading("（三）开展绩效运行监控，及时纠正偏差", 2)
        month = self.rules.monitoring.window.end_month
        page.paragraph(
            f"对{self.n('monitored')}个项目（其中专项资金{self.n('monitored_special')}个）截至{month}月底的预算执行和绩效目标实现程度实行"
            f"“双监控”，绿灯{self.n('light_green')}个、蓝灯{self.n('light_blue')}个、黄灯{self.n('light_yellow')}个、红灯"
            f"{self.n('light_red')}个，预警{self.n('warned')}个，已确定资金处理意见{self.n('warnings_decided')}个。"
        )
        self.chart_lights()
        page.heading("（四）强化评价结果应用", 2)
        page.paragraph(
            f"对评价发现的问题（含另列的部门评价）下达整改要求{self.n('rectifications')}项，整改验收通过{self.n('rectified')}项。按评价等级提出{year.applied_year}年度预算安排建议"
            f"{self.n('proposals')}项，已核定{self.n('budget_decisions')}项；规则未定的{self.n('proposals_undecided')}项不提出金额，"
            f"涉及{self.n('stake')}万元，待研究确定。"
        )
        page.heading("（五）加强能力建设，提升工作水平", 2)
        page.paragraph(self.training())

    def assessments(self) -> str:
        if not self.f.get("assessed") or not self.f["assessed"].value:
            return "二是本年没有达到事前绩效评估标准的项目。"
        return (
            f"二是组织第三方机构对{self.n('assessed')}个新增项目开展事前绩效评估，予以支持{self.n('assessed_support')}个、部分支持"
            f"{self.n('assessed_partial')}个、不予支持{self.n('assessed_refuse')}个，申报{self.n('assessed_requested')}万元，"
            f"按评估结果安排{self.n('assessed_arranged')}万元。"
        )

    def key_sentence(self) -> str:
        grades = "、".join(
            f"{self.n(f'grade_{grade.name.lower()}')}个项目评价为“{grade.value}”"
            for grade in Grade
            if self.f[f"grade_{grade.name.lower()}"].value
        )
        overall = f"（含{self.n('key_overall')}个部门整体）" if self.f["key_overall"].value else ""
        other = (
            f"另开展部门评价{self.n('other_evaluations')}个，单独列示，不计入上述个数。"
            if self.f["other_evaluations"].value
            else ""
        )
        return (
            f"四是组织第三方机构对{self.year.evaluated_year}年度{self.n('key_evaluations')}个重点项目{overall}进行绩效评价，其中{grades}，"
            f"发现问题{self.n('problems')}个。{other}"
        )

    def threshold(self) -> str:
        line = self.rules.approval.threshold_fen
        return (
            "全部"
            if line is None
            else f"{wan(line, 0)}万元{'及以上' if self.rules.approval.threshold_included else '以上'}"
        )

    def training(self) -> str:
        rows = self.session.exec(select(Training).where(Training.work_year == self.year.year)).all()
        said = "；".join(
            f"{day_in_words(row.held_on)}举办“{row.title}”，{row.audience}参加，{row.attendance}人次"
            for row in rows
        )
        more = f"开展宣传报道{self.n('publicity')}篇。" if self.f["publicity"].value else ""
        return (
            f"组织培训{self.n('trainings')}场、{self.n('attendance')}人次（{said}）。{more}"
            if rows
            else f"本年未组织专题培训。{more}"
        )

    def chart_grades(self) -> None:
        values = [self.f[f"grade_{grade.name.lower()}"].value for grade in Grade]
        if sum(values):
            self.page.picture(
                bars([g.value for g in Grade], values, "个"),
                f"图1　{self.year.evaluated_year}年度重点项目评价等级",
            )

    def chart_lights(self) -> None:
        lights = [light for light in Light if self.f[f"light_{light.name.lower()}"].value]
        if lights:
            values = [self.f[f"light_{light.name.lower()}"].value for light in lights]
            self.page.picture(
                bars([f"{light.value}灯" for light in lights], values, "个"), "图2　绩效运行监控亮灯情况"
            )

    # --- 二 ---

    def part_two(self) -> None:
        page, year = self.page, self.year
        page.heading(f"二、{year.evaluated_year}年度重点项目绩效执行结果", 1)
        meeting = self.session.exec(
            select(Decision).where(
                Decision.kind == DecisionKind.KEY_PROJECTS, Decision.work_year == year.year
            )
        ).first()
        approved = f"经{meeting.reason}审定，" if meeting else ""
        page.paragraph(
            f"{approved}围绕区委、区政府重大决策部署选择重点项目开展财政绩效评价。评价结果已发送被评价部门，整改情况逐条跟踪。"
        )
        counted = key_evaluations(self.session, year)
        self.result_table(counted)
        for number, (evaluation, project) in enumerate(counted, 1):
            page.heading(f"（{numeral(number)}）“{project.name}”绩效执行结果", 2)
            self.narrative(evaluation, project)
        others = other_evaluations(self.session, year)
        for number, (evaluation, project) in enumerate(others, len(counted) + 1):
            page.heading(f"（{numeral(number)}）另：“{project.name}”{evaluation.kind.value}结果", 2)
            self.narrative(evaluation, project)

    def result_table(self, rows: Sequence[tuple[Evaluation, Project]]) -> None:
        if not rows:
            return
        departments = {d.code: d.name for d in self.session.exec(select(Department)).all()}
        cells = [
            (
                str(number),
                project.name,
                departments[project.department_code],
                "—" if evaluation.budget_fen is None else wan(evaluation.budget_fen),
                points(evaluation.total_micro or 0),
                evaluation.grade.value if evaluation.grade else "未定",
            )
            for number, (evaluation, project) in enumerate(rows, 1)
        ]
        self.page.table(
            ("序号", "项目", "部门", "预算（万元）", "得分", "等级"), cells, (12, 56, 30, 26, 16, 14)
        )

    def narrative(self, evaluation: Evaluation, project: Project) -> None:
        page = self.page
        money = ""
        if evaluation.budget_fen:
            money = f"预算{wan(evaluation.budget_fen)}万元，"
            money += f"执行{wan(evaluation.spent_fen)}万元，" if evaluation.spent_fen is not None else ""
        grade = evaluation.grade.value if evaluation.grade else "未定"
        page.paragraph(evaluation.background)
        page.paragraph(
            f"该项目{project.fiscal_year}年度{money}评价得分{points(evaluation.total_micro or 0)}分，等级为“{grade}”。{evaluation.effects}"
        )
        problems = self.session.exec(
            select(Problem).where(Problem.evaluation_key == evaluation.key).order_by(col(Problem.sequence))
        ).all()
        if not problems:
            page.paragraph("评价未发现需要整改的问题。")
            return
        said = "；".join(
            f"{number}是{problem.text.rstrip('。')}"
            for number, problem in zip("一二三四五六七八九", problems, strict=False)
        )
        page.paragraph(f"评价发现问题{len(problems)}个：{said}。{self.follow_up(problems)}")

    def follow_up(self, problems: Sequence[Problem]) -> str:
        keys = [problem.key for problem in problems]
        verdicts = self.session.exec(
            select(Decision.about, Decision.decided).where(Decision.kind == DecisionKind.ACCEPT_RECTIFICATION)
        ).all()
        closed = {about.rpartition("/")[0] for about, verdict in verdicts if verdict == ACCEPT} & set(keys)
        left = len(keys) - len(closed)
        done = f"已整改并验收通过{len(closed)}个" if closed else "尚无整改验收通过"
        return f"{done}，{f'尚有{left}个正在整改，' if left else ''}财政部门在以后年度目标审核、监控和评价中继续关注。"

    # --- 三 ---

    def part_three(self) -> None:
        page, year = self.page, self.year
        page.heading(f"三、{year.applied_year}年预算绩效工作重点", 1)
        plans = [
            (
                "进一步树牢绩效管理理念",
                "严格绩效目标设置作为预算资金安排的前提条件，没有绩效目标的项目不安排预算。",
            ),
            (
                "进一步完善评价体系",
                "从数量、质量、时效、成本和社会效益、生态效益等方面设置可量化、可考核的指标。",
            ),
            ("强化评价结果应用", self.effects()),
            ("加强培训和宣传", "针对本年填报中问题较多的环节组织培训，向党委、政府、人大汇报工作进展。"),
        ]
        for number, (title, text) in enumerate(plans, 1):
            page.heading(f"（{numeral(number)}）{title}", 2)
            page.paragraph(text)
        self.undecided()

    def effects(self) -> str:
        groups: dict[str, list[str]] = defaultdict(list)
        for grade, effect in self.rules.budget_effect.effects.items():
            groups[effect.word or "未定，待研究确定"].append(f"“{grade}”")
        said = "；".join(f"等级为{'、'.join(grades)}的，{word}" for word, grades in groups.items())
        return f"将评价结果向政府、人大汇报并随同决算公开；{said}。"

    def undecided(self) -> None:
        names = {
            "budget_effect.effects": "评价等级对预算的影响",
            "department_overall": "部门整体支出评价框架",
        }
        rows = list(
            dict.fromkeys(
                next((says for path, says in names.items() if one.startswith(path)), one)
                for one in self.rules.undecided
            )
        )
        if rows:
            self.page.paragraph(f"以下规则尚未确定，需要研究：{'、'.join(rows)}。")
        granted = self.session.exec(
            select(GrantedException).where(GrantedException.work_year == self.year.year)
        ).all()
        if granted:
            self.page.paragraph(
                f"本年批准例外{len(granted)}项："
                + "；".join(f"{row.about}（{row.kind}，{row.reason}）" for row in granted)
                + "。"
            )
