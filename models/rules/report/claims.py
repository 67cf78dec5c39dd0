"""What a report says in numbers about its key evaluations: how many, how many whole departments, which grades."""

import re
from dataclasses import dataclass

from models.rules.report.grades import GRADE, GRADE_WORDS
from models.rules.report.numbers import NUM, whole
from models.rules.report.outline import Line, Report, Section, sentences
from models.rules.report.wordlist import Words

N = rf"(?P<n>{NUM})"
TOTALS = (
    re.compile(
        rf"{N}\s*(?:个|项)(?P<what>[^，。；：、（）()\d“”]{{0,14}}?(?:重点项目|评价项目|项目|重点支出|重点政策|政策|专项资金|资金|评价对象|专项))"
        rf"(?!评价为|被?评为|等级|评价等级|结果为|获评|得分|存在|未|已|尚|完成整改|立项)"
    ),
    re.compile(
        rf"(?:重点(?:项目)?(?:绩效|财政)?评价|财政(?:重点)?(?:绩效)?评价)(?:项目|对象)?(?:共|共计|计|合计|总数为|数量为|数为)?\s*{N}\s*(?:个|项)(?!问题|方面|指标)"
    ),
    re.compile(
        rf"评价(?:了)?(?:20\d\d年度?)?(?:重点|财政)?(?:项目|政策)(?:共|共计|计)?\s*{N}\s*个(?!问题|方面|指标)"
    ),
)
DONE = re.compile(r"(?:开展|实施|进行|完成|组织|纳入|列入)[^，。；]{0,12}评价|评价了")
OTHER = re.compile(r"现场|再评价|回访|跟踪|试点|成本|上年|去年|往年|历年")
AGAIN = re.compile(r"复核|复评|抽查|抽评|再评价")
"""Work on evaluations that others made."""
EXCERPT = re.compile(rf"其中(?:的)?{N}(?:个|项)[^。；]{{0,24}}?(?:报告如下|如下|介绍|公布|通报|选登|刊登)")
OVERALL_N = re.compile(
    rf"{N}\s*(?:个|家)\s*(?:部门|单位)?(?:预算)?(?:的)?(?:部门|单位)?整体(?:支出)?(?:绩效)?(?:评价)?(?!.{{0,4}}自评)"
)
N_OVERALL = re.compile(
    rf"(?:部门|单位)?整体(?:支出)?(?:绩效)?(?:评价)?(?:项目)?(?:共|为|有)?\s*{N}\s*(?:个|家)"
)
DEPARTMENTS = re.compile(rf"{N}\s*(?:个|家)部门(?:整体(?:支出)?)?(?:和|、|及|以及|与|，)")
ADDED = re.compile(
    rf"(?:[和及与、](?:项目|政策|专项资金|资金))?(?:和|、|及|以及|与)\s*{NUM}\s*(?:个|家)(?:[区县市本]级)?(?:预算)?(?:部门|单位)"
)
INSIDE = re.compile(r"(?:含|其中|包括|包含|有)[^，。；]{0,6}$")
YEAR = re.compile(r"(20\d\d)年度|(?<=[对就将])(20\d\d)年")
PERIOD = re.compile(r"评价(?:年度|期间|时段|基准年)(?:为|是|：)?(20\d\d)年?")
DONE_OF = re.compile(r"(?:开展|实施|进行)了?(20\d\d)年度[^，。；\d]{0,8}评价")
"""The evaluated year behind the count, where the sentence names another year as that of the work."""
AKIN = r"(?:（(?:[一合较]?[般格差])）)?"
"""Another word for the same grade: 中（一般）."""
G = rf"[“\"「]?(?P<g>{GRADE}){AKIN}[”\"」]?"
ALONE = r"(?:(?<![\u4e00-\u9fff])|(?<=[评定为是得到中有和及与获级次果]))"
"""A grade of one character is one only at the head of its words: 评定优 …, not 最优 …."""
GRADE_COUNTS = (
    re.compile(
        rf"{N}\s*个(?:项目|部门|单位)?(?:的)?(?:绩效)?(?:评价|被|获)?(?:结果|等级|等次|评价等级)?(?:被)?(?:评定|评|定|达到)?(?:为|得)?{G}(?=[、，。；（）()等\s]|$|级|次|和|及)"
    ),
    re.compile(
        rf"{ALONE}(?:评价)?(?:结果|等级|等次)?(?:评)?(?:为)?{G}(?:等级|等次|级|档|等)?(?:的)?(?:项目)?(?:有|共)?\s*{N}\s*(?:个|项)"
    ),
)
COUNTED = re.compile(
    rf"(?P<a>{ALONE}(?:{GRADE})|优秀|良好|较差|(?<!不)合格){AKIN}[”\"」]?(?:等级|等次|级|档|等|的|项目|政策|部门|单位|资金|有|共|为|是|：)*\s*{NUM}\s*(?:个|项|家)"
    rf"|{NUM}\s*(?:个|项|家)[^，。；、\d]{{0,10}}?[“\"「]?(?P<b>{GRADE})(?=[^\u4e00-\u9fff]|等级|等次|级|档|的|$)"
    rf"|(?:其余|其他|剩余|余下)[^，。；\d]{{0,10}}?(?P<c>{GRADE})"
)
"""A grade word that stands with a number, or with the rest, however the sentence is built."""
RESPECTIVE = re.compile(
    rf"(?P<gs>(?:[“\"]?(?:{GRADE})[”\"]?[、，和]?){{2,5}})(?:等级|等次|级)?(?:的)?(?:项目)?(?:个数|数量)?(?:分别)(?:为|有|是)?(?P<ns>(?:{NUM}\s*(?:个|项)?[、，和]?){{2,5}})"
)


@dataclass(frozen=True)
class Claim:
    """How many evaluations one sentence says there were; `overall` and `grades` as far as it says."""

    line: Line
    sentence: str
    total: int | None
    overall: int | None
    year: int | None
    grades: dict[str, int]
    in_results: bool


def claims(report: Report, part: Section | None, sections: list[Section], words: Words) -> list[Claim]:
    """Every sentence that counts key evaluations done, outside the sections of single projects and the plans."""
    inside = {line.number for one in sections for line in [one.line, *one.lines()]}
    intro = {line.number for line in part.body} if part else set()
    headed = _headed(report, words)
    plans = {line.number for one in _plans(report, words) for line in one.lines()}
    found = []
    for line in report.lines:
        if line.cells or line.number in inside or line.number in plans:
            continue
        for group in groups(line.text):
            named = line.number in headed and bool(DONE.search(group)) and not OTHER.search(group)
            claim = _claim(line, group, line.number in intro, named, words)
            if claim is not None:
                found.append(claim)
    return found


def excerpt(report: Report) -> int | None:
    """How many of the evaluations the report says that it tells, where it says that it does not tell all."""
    found = (EXCERPT.search(line.text) for line in report.lines if not line.cells)
    return next((whole(one["n"]) for one in found if one), None)


def _plans(report: Report, words: Words) -> list[Section]:
    return [
        one
        for one in report.top.children + [child for top in report.top.children for child in top.children]
        if re.search(r"下一?步|工作重点|工作计划|工作打算|工作安排|工作思路|下年", one.title)
    ]


def groups(text: str) -> list[str]:
    """Sentences; what follows 其中 belongs to the sentence before it."""
    found: list[str] = []
    for one in sentences(text):
        if found and one.startswith(
            (
                "其中",
                "含",
                "单位自评结果",
                "自评结果",
                "评价等级",
                "从评价结果",
                "从结果",
                "评价结果",
                "评价结论",
            )
        ):
            found[-1] += one
        else:
            found.append(one)
    return found


def _headed(report: Report, words: Words) -> set[int]:
    """The lines under a heading, or a title of the report, that says that they are about key evaluations."""
    found: set[int] = set()
    titled = _is_key(report.title, words)
    for one in report.sections():
        numbers = {line.number for line in [one.line, *one.lines()]}
        if any(word in one.title for word in (*words.not_key, "上年")):
            found -= numbers
        elif titled or _is_key(one.title, words):
            found |= numbers
    return found


def _is_key(title: str, words: Words) -> bool:
    told = re.search("(?<!自)评价工作(?:的)?(?:情况|报告|总结)", title) is not None
    return told or ("评价" in title and any(word in title for word in words.key))


def _claim(line: Line, sentence: str, intro: bool, named: bool, words: Words) -> Claim | None:
    if "评价" not in sentence or re.search(r"(?:^|[，；])\s*(?:将|拟|计划|下一步|明年)", sentence):
        return None
    strong = intro or named or any(word in sentence for word in words.key)
    clauses = _clauses(sentence, words)
    grades = grade_counts(clauses)
    if AGAIN.search(sentence) and not re.search(r"重点|财政评价", sentence):
        strong = False
    total = _total(clauses) if strong else None
    overall = _overall(clauses) if strong and (total is not None or intro) else None
    if total is None and overall is None and not grades:
        return None
    year = PERIOD.search(sentence) or YEAR.search(_before(sentence)) or _of_last(sentence)
    return Claim(
        line,
        sentence,
        total,
        overall,
        int(next(filter(None, year.groups()))) if year else None,
        grades,
        intro,
    )


def _of_last(sentence: str) -> "re.Match[str] | None":
    found = DONE_OF.search(sentence)
    return found if found and set(re.findall(r"20\d\d(?=年)", sentence)) - {found[1]} else None


def _before(sentence: str) -> str:
    """The words next to the count, where the evaluated year stands."""
    first = next(filter(None, (one.search(sentence) for one in TOTALS)), None)
    if first is None:
        return ""
    years = list(YEAR.finditer(sentence[: first.end()]))
    return years[-1][0] if years else ""


def _clauses(sentence: str, words: Words) -> str:
    """The sentence without the parts that speak of something else: self-evaluation, monitoring, targets …"""
    kept = []
    for clause in re.split(r"(?<=[，；])", sentence):
        other = any(word in clause for word in words.not_key)
        kept.append(
            "" if other and not re.search(r"重点(?:项目|评价|绩效)|财政(?:重点)?评价", clause) else clause
        )
    return "".join(kept)


def _total(text: str) -> int | None:
    for pattern in TOTALS:
        for found in pattern.finditer(text):
            before = text[: found.start()]
            if INSIDE.search(before) or re.search(r"(?:第|前|后|近|余|每|各)$", before):
                continue
            total = whole(found["n"])
            if total == 0:
                continue
            departments = DEPARTMENTS.search(before + found["n"]) or None
            if (
                departments
                and not INSIDE.search(before[: departments.start()])
                and departments.end() >= len(before) - 2
            ):
                total += whole(departments["n"])
            after = ADDED.match(text[found.end() :])
            if after:
                more = re.search(NUM, after[0])
                total += whole(more[0]) if more else 0
            return total
    return None


def _overall(text: str) -> int | None:
    for pattern in (OVERALL_N, N_OVERALL):
        found = pattern.search(text)
        if found and "自评" not in text[max(0, found.start() - 8) : found.end() + 4]:
            return whole(found["n"])
    return None


def grade_counts(text: str) -> dict[str, int]:
    """Grade → how many a sentence says got it; nothing where it counts a grade in words that are not understood."""
    found = _respective(text) or max((_counted(one, text) for one in GRADE_COUNTS), key=len)
    named = {
        GRADE_WORDS.get(one[one.lastgroup or 0], one[one.lastgroup or 0]) for one in COUNTED.finditer(text)
    }
    return found if named <= set(found) else {}


def _respective(text: str) -> dict[str, int]:
    found = RESPECTIVE.search(text)
    if not found:
        return {}
    grades = [GRADE_WORDS.get(one, one) for one in re.findall(GRADE, found["gs"])]
    numbers = [whole(one) for one in re.findall(NUM, found["ns"])]
    return dict(zip(grades, numbers, strict=True)) if len(grades) == len(numbers) else {}


def _counted(pattern: "re.Pattern[str]", text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in pattern.finditer(text):
        found.setdefault(GRADE_WORDS.get(one["g"], one["g"]), whole(one["n"]))
    return found
