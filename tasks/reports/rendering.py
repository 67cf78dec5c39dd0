"""A report from its Word template: the bureau's own in the home folder goes before the shipped one."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from models.settings import settings
from tasks.archives import steady

SHIPPED = Path(__file__).with_name("templates")
NAMES = {
    "annual": "年度报告模板",
    "government": "报政府版模板",
    "congress": "报人大版模板",
    "approval": "绩效目标批复模板",
    "target": "绩效目标表模板",
}
CHART = Mm(110)


class TemplateBroken(ValueError):
    """A Word template cannot be used; the message says which and why."""


def own_template(name: str) -> Path:
    """Where the bureau lays its own template."""
    return settings().home / "templates" / f"{NAMES[name]}.docx"


def template_path(name: str) -> Path:
    """The bureau's own template if it is there, else the shipped one."""
    own = own_template(name)
    return own if own.exists() else SHIPPED / f"{name}.docx"


def render(name: str, about: Mapping[str, Any]) -> bytes:
    """The report as Word bytes."""
    return saved(filled(name, about))


def filled(name: str, about: Mapping[str, Any]) -> DocxTemplate:
    """The report, open. A template is text of the bureau, its values are data: sandboxed, strict, escaped."""
    path = template_path(name)
    try:
        template = DocxTemplate(str(path))
        template.init_docx()
        charts = {
            key: InlineImage(template, BytesIO(data), width=CHART) if data else None
            for key, data in about.get("charts", {}).items()
        }
        environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        template.render({**about, "charts": charts}, environment, autoescape=True)
    except (TemplateError, PackageNotFoundError, KeyError, TypeError) as error:
        raise TemplateBroken(
            f"报告模板“{path.name}”不能使用：{error}。请按手册核对模板中的字段，或删去自有模板改用系统自带的。"
        ) from error
    return template


def saved(template: DocxTemplate) -> bytes:
    """An open report as bytes that are the same for the same content."""
    template.docx.core_properties.author = ""
    out = BytesIO()
    template.save(out)
    return steady(out.getvalue())
