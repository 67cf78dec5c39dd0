"""The grade and the score that a text gives."""

import re

GRADE_WORDS = {
    "优秀": "优",
    "良好": "良",
    "合格": "中",
    "较差": "差",
    "不合格": "差",
    "中等": "中",
    "一般": "中",
}
GRADE = r"优秀|良好|中等|一般(?!公共|预算|债|性|转移)|不合格|合格|较差|优|良|中|差"
GRADES = (
    re.compile(
        rf"(?:等级|等次|评级|评为|评定为|评价为|评价结果为|结果为|结论为|定为|获评|被评)[为是：:]?\s*[“\"「（(]?(?P<g>{GRADE})(?![\u4e00-\u9fff]*(?:央|心|小|型|期|距|异))"
    ),
    re.compile(rf"[“\"「](?P<g>{GRADE})[”\"」]"),
    re.compile(r"[，。；、（(](?P<g>优秀|良好|优|良|中|差)(?:等次|等级|级|档)?[，。；、）)]"),
)
SCORE = re.compile(
    r"(?:得分|评分|综合分)[为是：:]?\s*(?P<named>\d{1,3}(?:\.\d+)?)(?![\d.])|(?P<score>\d{1,3}(?:\.\d+)?)\s*分(?![之钟类别配散公])"
)


def grade_in(text: str) -> str:
    """The grade that a text gives: 优, 良, 中 or 差; empty where it gives none."""
    for pattern in GRADES:
        found = pattern.search(text)
        if found:
            return GRADE_WORDS.get(found["g"], found["g"])
    return ""


def score_in(text: str) -> float | None:
    """The score that a text gives, not the full points that it was out of."""
    for found in SCORE.finditer(text):
        before = text[max(0, found.start() - 6) : found.start()]
        if not re.search(r"满分|分值|总分值|权重|扣|低于|高于|不足|提高|增加", before):
            value = float(found["named"] or found["score"])
            if 0 <= value <= 100:
                return value
    return None
