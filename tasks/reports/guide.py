"""《预算绩效目标编审指南》 as a Word document, from the very rules by which declarations are checked."""

from models.rules.declaration_guide import GUIDE, Code, codes
from models.rules.profiles import Rules
from tasks.reports.document import Official

METHODS, DIMENSIONS, CASES = "三", "二", "五"


def guide(rules: Rules, bureau: str) -> Official:
    """The guide of a bureau; which classes are compulsory and what the points add up to is said by its rules."""
    paper = Official()
    paper.title(f"{bureau}\n{GUIDE['title']}")
    for part in GUIDE["part"]:
        paper.heading(f"{part['number']}、{part['title']}", 1)
        for text in part["text"]:
            paper.paragraph(text)
        if part["number"] == DIMENSIONS:
            _dimensions(paper, part["dimensions"], rules)
        elif part["number"] == METHODS:
            _methods(paper, rules)
        elif part["number"] == CASES:
            _cases(paper)
    return paper


def _dimensions(paper: Official, dimensions: dict[str, str], rules: Rules) -> None:
    required = rules.target_review.required
    rows = [
        (name, text, f"至少{required[name]}个" if name in required else _by_parent(name, required))
        for name, text in dimensions.items()
    ]
    paper.table(("维度", "内容和写法", "本局要求"), rows, (34, 90, 32))
    for code in (one for one in codes().values() if one.clause == DIMENSIONS):
        paper.paragraph(_rule(code))


def _by_parent(name: str, required: dict[str, int]) -> str:
    """经济, 社会, 生态 and 可持续 are kinds of 效益."""
    least = required.get("效益指标")
    return f"效益类至少{least}个" if least and ("效益" in name or "影响" in name) else "按实际"


def _methods(paper: Official, rules: Rules) -> None:
    execution = rules.self_evaluation.execution_full
    for clause, (title, text) in GUIDE["clauses"].items():
        paper.heading(f"{clause.removeprefix(METHODS)}{title}", 2)
        paper.paragraph(text)
        if clause == codes()["F-WEIGHT"].clause:
            paper.paragraph(f"现行规则：预算执行{execution}分，各指标分值合计{100 - execution}分。")
        mine = [one for one in codes().values() if one.clause == clause]
        for number, code in enumerate(mine, 1):
            paper.paragraph(f"{number}. {_rule(code)}")


def _rule(code: Code) -> str:
    """The model stands in the table of cases."""
    return f"{code.title}（{code.severity}）。{code.remedy}"


def _cases(paper: Official) -> None:
    order = [DIMENSIONS, *GUIDE["clauses"]]
    cases = sorted(codes().values(), key=lambda one: order.index(one.clause))
    rows = [(one.clause, one.title, one.bad, one.good) for one in cases]
    paper.table(("条文", "问题", "不合格写法", "合格写法"), rows, (22, 34, 48, 52))
