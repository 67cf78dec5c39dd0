"""事前绩效评估: who must be assessed and what the third party concluded."""

from datetime import date

from sqlmodel import Field, SQLModel

from models.base import check, fen, micro, one_of, ref, word
from models.vocabulary import Conclusion


class PriorAssessment(SQLModel, table=True):
    """One project that must be assessed before money is arranged, and why."""

    project_key: str = Field(title="项目标识", primary_key=True, foreign_key="project.key")
    work_year: int = ref("工作年度", "workyear.year")
    reason: str = Field(title="需要评估的原因")
    requested_fen: int = fen("申报数（分）")


class AssessmentApplication(SQLModel, table=True):
    """事前绩效评估申请: what the department says about necessity, economy, target, plan and funding."""

    project_key: str = Field(title="项目标识", primary_key=True, foreign_key="project.key")
    submission: str = ref("报送件", "submission.sha256")
    necessity: str = Field(title="立项必要性说明")
    economy: str = Field(title="投入经济性说明")
    target: str = Field(title="绩效目标合理性说明")
    plan: str = Field(title="实施方案可行性说明")
    funding: str = Field(title="筹资合规性说明")


class AssessmentResult(SQLModel, table=True):
    """评估结论: five dimensions scored by the third party, conclusion by the rule, amount recommended."""

    __table_args__ = (
        one_of("conclusion", Conclusion),
        check("recommended_fen >= 0", "recommended"),
        check("total_micro BETWEEN 0 AND 100000000", "total"),
    )

    project_key: str = Field(title="项目标识", primary_key=True, foreign_key="project.key")
    commission_key: str = ref("委托标识", "commission.key")
    submission: str = ref("报送件", "submission.sha256")
    necessity_micro: int = micro("立项必要性得分")
    economy_micro: int = micro("投入经济性得分")
    target_micro: int = micro("绩效目标合理性得分")
    plan_micro: int = micro("实施方案可行性得分")
    funding_micro: int = micro("筹资合规性得分")
    total_micro: int = micro("总分")
    conclusion: Conclusion = word("结论", Conclusion)
    recommended_fen: int = fen("建议数（分）")
    opinion: str = Field(title="评估意见")
    concluded_on: date = Field(title="结论日期")
    basis: str = Field(title="依据")
