"""The numbers that Word writes before paragraphs by itself: 一、 （一） 1. and the outline level of a heading."""

import re
from typing import Any

from docx.oxml.ns import qn

from notifications.render import numeral

CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "ideographDigital",
    "chineseLegalSimplified",
    "taiwaneseCountingThousand",
    "ideographTraditional",
}
HEADING = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.IGNORECASE)


PROPERTIES, STYLE, OUTLINE = qn("w:pPr"), qn("w:pStyle"), qn("w:outlineLvl")
NUMBER, LIST, LEVEL, VALUE = qn("w:numPr"), qn("w:numId"), qn("w:ilvl"), qn("w:val")


class Numbering:
    """Counts paragraphs as Word does; one for one document, asked in the order of the text."""

    def __init__(self, document: Any) -> None:
        self.formats: dict[tuple[str, int], tuple[str, str, int]] = {}
        self.lists: dict[str, str] = {}
        self.counts: dict[tuple[str, int], int] = {}
        self.chains: dict[str | None, list[Any]] = {}
        self.levels: dict[str | None, int | None] = {}
        self.styled: dict[str | None, tuple[str, int] | None] = {}
        self.styles = {
            style.get(qn("w:styleId")): style for style in document.styles.element.iterchildren(qn("w:style"))
        }
        try:
            self._read(document.part.numbering_part.element)
        except (KeyError, NotImplementedError, AttributeError):
            return

    def of(self, paragraph: Any) -> tuple[str, int | None]:
        """What Word prints before a paragraph, empty for none; and its level as a heading."""
        properties = paragraph.find(PROPERTIES)
        named = None if properties is None else properties.find(STYLE)
        style = None if named is None else named.get(VALUE)
        return self._label(self._place(properties, style)), self._heading(properties, style)

    def _label(self, place: tuple[str, int] | None) -> str:
        if place is None:
            return ""
        abstract, level = place
        kind, text, start = self.formats.get((abstract, level), ("none", "", 1))
        if kind in ("none", "bullet"):
            return ""
        self.counts[place] = self.counts.get(place, start - 1) + 1
        for deeper in [key for key in self.counts if key[0] == abstract and key[1] > level]:
            del self.counts[deeper]

        def number(found: "re.Match[str]") -> str:
            depth = int(found[1]) - 1
            own = self.formats.get((abstract, depth), ("decimal", "", 1))
            value = self.counts.get((abstract, depth), own[2])
            return numeral(value) if own[0] in CHINESE else str(value)

        return re.sub(r"%(\d)", number, text)

    def _heading(self, properties: Any, style: str | None) -> int | None:
        """The level of a paragraph in a heading style, or with an outline level of its own."""
        own = None if properties is None else properties.find(OUTLINE)
        if own is not None and int(own.get(VALUE)) < 9:
            return int(own.get(VALUE)) + 1
        if style not in self.levels:
            self.levels[style] = self._level(style)
        return self.levels[style]

    def _level(self, style: str | None) -> int | None:
        for one in self._chain(style):
            name = one.find(qn("w:name"))
            found = HEADING.match(name.get(VALUE) if name is not None else "")
            if found:
                return int(found[1])
        return None

    def _read(self, element: Any) -> None:
        for abstract in element.iterchildren(qn("w:abstractNum")):
            name = abstract.get(qn("w:abstractNumId"))
            for level in abstract.iterchildren(qn("w:lvl")):
                values = {
                    tag: found.get(qn("w:val"))
                    for tag in ("numFmt", "lvlText", "start")
                    if (found := level.find(qn(f"w:{tag}"))) is not None
                }
                place = (name, int(level.get(qn("w:ilvl"))))
                self.formats[place] = (
                    values.get("numFmt") or "decimal",
                    values.get("lvlText") or "",
                    int(values.get("start") or 1),
                )
        for one in element.iterchildren(qn("w:num")):
            target = one.find(qn("w:abstractNumId"))
            self.lists[one.get(qn("w:numId"))] = target.get(qn("w:val"))

    def _chain(self, name: str | None) -> list[Any]:
        """A style and those that it is based on."""
        if name not in self.chains:
            found, base = list[Any](), name
            while base in self.styles and len(found) < 10:
                found.append(self.styles[base])
                below = self.styles[base].find(qn("w:basedOn"))
                base = below.get(VALUE) if below is not None else None
            self.chains[name] = found
        return self.chains[name]

    def _place(self, properties: Any, style: str | None) -> tuple[str, int] | None:
        """(abstract list, level) of a numbered paragraph, by itself or by its style."""
        own = self._numbered(properties)
        if own is not None:
            return self._listed(own)
        if style not in self.styled:
            holders = (self._numbered(one.find(PROPERTIES)) for one in self._chain(style))
            found = next((one for one in holders if one is not None), None)
            self.styled[style] = None if found is None else self._listed(found)
        return self.styled[style]

    def _numbered(self, properties: Any) -> Any:
        """The numbering that properties name; None where they name no list."""
        number = None if properties is None else properties.find(NUMBER)
        return number if number is not None and number.find(LIST) is not None else None

    def _listed(self, number: Any) -> tuple[str, int] | None:
        level = number.find(LEVEL)
        abstract = self.lists.get(number.find(LIST).get(VALUE))
        return None if abstract is None else (abstract, int(level.get(VALUE)) if level is not None else 0)
