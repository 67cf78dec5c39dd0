"""第三方: forms for the register of firms and experts, conflicts of interest, quality sheets of reports."""

from typing import Annotated, Any, Literal

from prefect import flow
from prefect.states import State

from flows.clock import now
from flows.desk import settle
from flows.rounds import asked, run_name
from models.amounts import points as in_points
from models.people import ThirdParty
from models.vocabulary import Grade, PartyKind
from tasks.parties import Check, check_report, declare_interest, read_points, register_party

Party = Annotated[str, asked("机构或专家名称", "与第三方和专家台账中的名称一致。", min_length=2)]


@flow(name="登记第三方", flow_run_name=run_name("登记第三方"))
async def third_party(
    name: Annotated[str, asked("名称", "机构全称，或专家姓名。", min_length=2)],
    kind: Annotated[Literal["第三方机构", "评审专家"], asked("类别")],
    email: Annotated[str, asked("邮箱", "委托函和表格发到这里。", min_length=5)],
    field: Annotated[str, asked("专业领域")] = "",
    contact: Annotated[str, asked("联系人")] = "",
    phone: Annotated[str, asked("电话")] = "",
) -> State[Any]:
    """A firm or an expert that may be commissioned from now on."""

    def take(officer: str) -> str:
        row = ThirdParty(
            name=name,
            kind=PartyKind(kind),
            field=field,
            contact=contact,
            email=email,
            phone=phone,
            officer=officer,
        )
        new = register_party(row)
        return f"{officer}登记了{kind}“{name}”，今后可委托。" if new else f"“{name}”此前已登记，未作改动。"

    return await settle("登记第三方", take)


@flow(name="登记利益关系", flow_run_name=run_name("登记利益关系"))
async def interest(
    party: Party,
    department: Annotated[str, asked("部门", "部门名称或部门编码，只填一个。", min_length=1)],
    reason: Annotated[str, asked("事由", "如 承担该部门代理记账；原为该部门干部。", min_length=2)],
) -> State[Any]:
    """From now on the party judges no project of the department."""

    def take(officer: str) -> str:
        says, against = declare_interest(party, department, reason, officer, now().date())
        return "\n".join([says, *against_in_words(against)])

    return await settle("登记利益关系", take)


def against_in_words(against: list[str]) -> list[str]:
    """What an officer has to look at: commissions given before the conflict was known."""
    if not against:
        return []
    return ["以下委托在登记之前已经发出，请审慎采用其结论，必要时另行复核：", *against]


@flow(name="报告质量复核", flow_run_name=run_name("报告质量复核"))
async def report_quality(
    commission: Annotated[str, asked("委托标识", "见委托台账末列。", min_length=3)],
    points: Annotated[
        str,
        asked(
            "得分",
            "每行一项：上传 = 20，要素 = 10，语句逻辑 = 10，结论 = 20，问题 = 20，建议 = 20（均为满分）。",
        ),
    ],
    overturned: Annotated[int, asked("不成立的问题数", "报告所列问题经复核不成立的个数。", ge=0)] = 0,
    grade: Annotated[
        Literal["不改变", "优", "良", "中", "差"], asked("复核等级", "与报告等级不同时选。")
    ] = "不改变",
    reason: Annotated[str, asked("说明", "推翻问题或改变等级的须写理由。")] = "",
) -> State[Any]:
    """An officer's re-check of a delivered report, item by item."""

    def take(officer: str) -> str:
        other = None if grade == "不改变" else Grade(grade)
        asked_for = Check(commission, read_points(points), overturned, other, reason)
        row = check_report(asked_for, officer, now().date())
        return f"{officer}复核了{commission}，质量得分{in_points(row.total_micro)}（第{row.version}版）。"

    return await settle("报告质量复核", take)
