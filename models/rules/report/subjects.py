"""N3: whether a section's text speaks of the project or department in its title."""

import re
from collections.abc import Iterator

from models.rules.report.faults import Fault
from models.rules.report.outline import sentences
from models.rules.report.sections import QUOTED, is_overall
from models.rules.report.told import Told
from models.rules.report.wordlist import Limits, Words

OPENING = re.compile(
    r"^(?:20\d\d年(?:度|以来)?[，,]?)?[“\"「]?(?P<s>[\u4e00-\u9fffA-Za-z0-9（）()·]{2,30}?(?:项目|工程|专项资金|专项|资金|政策))[”\"」]?"
    r"(?=，|、|20\d\d年|的实施|的|是|为|总投资|于|由|旨在|预算|主要|围绕|根据|自|实施|立项|位于|以|按照|属)"
)
NAMED = re.compile(
    r"(?:该|本)项目(?:为|系|是|名称为)[“\"「]?(?P<s>[\u4e00-\u9fffA-Za-z0-9（）()·]{3,30}?(?:项目|工程|专项资金|专项))(?=[”\"」，。；])"
)
OFFICE = re.compile(
    r"^(?:20\d\d年(?:度)?[，,]?)?(?P<s>(?:[\u4e00-\u9fff]{0,4}[区县市])?[\u4e00-\u9fff]{2,8}?(?:局|委员会|委|办公室|办|中心|街道办事处|街道|镇政府|镇|院|部))(?=20\d\d年|在|围绕|紧紧|全面|认真|坚持|整体|本年|全年|按照|主要)"
)
ITEM = re.compile(r"项目|工程")
AFTER_NAME = re.compile(r"[\u4e00-\u9fff]{0,4}?(?:项目|工程|专项)")


def subjects(told: list[Told], limits: Limits, words: Words) -> Iterator[Fault]:
    """A section whose text names another subject and nothing of its own title."""
    for one in told:
        named = _named(one, words)
        if named is None or _alike(one.name, named, one.section.text(), limits, words):
            continue
        line = next(iter(one.section.lines()))
        says = f"标题为“{one.name}”，正文写的是“{named}”"
        yield Fault("N3", line.number, says, line.text[:60], one.section.title)


def _named(one: Told, words: Words) -> str | None:
    """The subject that the text itself names: how it opens, 该项目为…, a quoted project; for a department its office."""
    text = [sentence for sentence in sentences(one.section.text()) if sentence][:3]
    if not text:
        return None
    found = [opening["s"] for sentence in text[:1] if (opening := OPENING.match(sentence))]
    found += [named["s"] for sentence in text if (named := NAMED.search(sentence))]
    if is_overall(one.section, words):
        found += [office["s"] for sentence in text[:1] if (office := OFFICE.match(sentence))]
    opened = QUOTED.match(text[0])
    if opened and (ITEM.search(opened["name"]) or AFTER_NAME.match(text[0][opened.end() :])):
        found.append(opened["name"])
    return next((name for name in found if len(_core(name, words)) >= 2), None)


def _alike(title: str, named: str, text: str, limits: Limits, words: Words) -> bool:
    """Whether title and subject share enough telling pairs of characters, or the text uses enough of the title's."""
    mine, theirs = _pairs(_core(title, words)), _pairs(_core(named, words))
    if not mine or len(mine & theirs) / min(len(mine), len(theirs)) >= limits.likeness:
        return True
    rest = text.replace(named, "")
    return len([pair for pair in mine if pair in rest]) / len(mine) >= limits.shared_words


def _core(name: str, words: Words) -> str:
    """The telling part of a name."""
    plain = re.sub(r"20\d\d年度?|[^\u4e00-\u9fff]", "", name)
    for word in sorted(words.plain, key=len, reverse=True):
        plain = plain.replace(word, "")
    return plain


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
