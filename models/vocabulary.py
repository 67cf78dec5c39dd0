"""The words of the field, each once. Stored and shown in Chinese; see docs/glossary.md."""

from enum import StrEnum


class Stage(StrEnum):
    """环节: the five stages of the cycle."""

    PRIOR_ASSESSMENT = "事前绩效评估"
    TARGET_REVIEW = "绩效目标管理"
    MID_YEAR_MONITORING = "绩效运行监控"
    EVALUATION = "绩效评价"
    RESULT_APPLICATION = "结果应用"


class RoundKind(StrEnum):
    """What a department or third party is asked for in one go; each has one form."""

    ASSESSMENT_APPLICATION = "事前评估申请"
    ASSESSMENT_CONCLUSION = "事前评估结论"
    TARGET_DECLARATION = "绩效目标申报"
    EXPERT_REVIEW = "专家评审"
    TARGET_ADJUSTMENT = "绩效目标调整"
    MONITORING = "绩效运行监控"
    SELF_EVALUATION = "单位自评"
    FISCAL_EVALUATION = "财政评价"
    RECTIFICATION = "整改回复"


class OwnList(StrEnum):
    """The bureau's own workbooks: filled by officers, asked of nobody else."""

    DECISIONS = "决定单"


class ProjectKind(StrEnum):
    """项目类型."""

    ORDINARY = "项目支出"
    OVERALL = "部门整体支出"
    SPECIAL_FUND = "专项资金"
    SPECIAL_BOND = "专项债"


class BudgetMoment(StrEnum):
    """At which moment an amount of the budget holds."""

    REQUESTED = "申报"
    INITIAL = "年初"
    ADJUSTMENT = "调整"
    REVISED = "变动后"
    SPENT = "执行"


class Role(StrEnum):
    """Who hears, in the order of escalation."""

    CLERK = "经办人"
    FINANCE_HEAD = "财务负责人"
    LEADER = "分管领导"


class PartyKind(StrEnum):
    """Outside bodies that assess, review or evaluate."""

    FIRM = "第三方机构"
    EXPERT = "评审专家"


class Conclusion(StrEnum):
    """事前绩效评估结论."""

    SUPPORT = "予以支持"
    PARTIAL = "部分支持"
    REFUSE = "不予支持"


class Grade(StrEnum):
    """等级."""

    EXCELLENT = "优"
    GOOD = "良"
    FAIR = "中"
    POOR = "差"


class Light(StrEnum):
    """监控灯."""

    RED = "红"
    YELLOW = "黄"
    GREEN = "绿"
    BLUE = "蓝"


class EvaluationKind(StrEnum):
    """评价类型."""

    SELF = "单位自评"
    DEPARTMENT = "部门评价"
    FISCAL = "财政评价"


class Verdict(StrEnum):
    """What became of something sent in."""

    ACCEPTED = "受理"
    RETURNED = "退回"
    UNREADABLE = "无法读取"
    NOT_OURS = "无法识别"
    KEPT = "留存"


class Severity(StrEnum):
    """How much a finding weighs: an error returns the form."""

    ERROR = "错误"
    WARNING = "提醒"
    NOTE = "说明"


class LetterState(StrEnum):
    """发件箱状态."""

    QUEUED = "待发"
    CLAIMED = "发送中"
    SENT = "已发"
    DEFERRED = "延后"
    REFUSED = "被拒"
    IN_DOUBT = "存疑"
    WITHDRAWN = "撤回"
    EXPIRED = "过期"


class ReportKind(StrEnum):
    """What a machine wrote back about a letter."""

    BOUNCED = "退信"
    DELAYED = "暂缓"
    AWAY = "自动答复"
    DELIVERED = "送达"
    RELAYED = "转交"


class DecisionKind(StrEnum):
    """What a named officer decides."""

    APPROVE_TARGET = "批复绩效目标"
    RETURN_TARGET = "退回绩效目标"
    KEY_PROJECTS = "审定重点项目"
    ARRANGE_BY_ASSESSMENT = "按评估结论安排预算"
    WARNING_MONEY = "预警资金处理"
    CONFIRM_GRADE = "确认评价等级"
    ACCEPT_RECTIFICATION = "整改验收"
    NEXT_BUDGET = "核定下年预算"
    GRANT_EXCEPTION = "批准例外"
    SET_RULE = "确定规则"
