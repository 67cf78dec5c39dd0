"""What is wrong with a rule file, in one Chinese sentence."""

from pathlib import Path

from pydantic import ValidationError

KINDS = {
    "missing": "缺少这一项，请补上（若无人规定，写“未定”）",
    "extra_forbidden": "不认识这一项，请核对拼写或删去",
    "decimal_parsing": "不是数字",
    "decimal_type": "不是数字",
    "int_parsing": "不是整数",
    "int_type": "不是整数",
    "bool_type": "应为true或false",
    "bool_parsing": "应为true或false",
    "literal_error": "不是可选的写法之一",
    "string_type": "应为文字",
}


class RulesError(ValueError):
    """A profile that cannot be used; its text is for the officer."""


def toml_error(path: Path, error: Exception) -> RulesError:
    """The file is not TOML in UTF-8."""
    return RulesError(f"规则文件{path.name}不是正确的TOML（UTF-8）：{error}。请按提示的行列改正。")


def validation_error(name: str, path: Path, error: ValidationError) -> RulesError:
    """The first thing that is wrong, where it stands, and how many more there are."""
    problems = error.errors()
    first = problems[0]
    where = ".".join(str(part) for part in first["loc"])
    says = KINDS.get(first["type"], "写法不对")
    read = "" if first["type"] == "missing" else f"（读到“{first['input']}”）"
    more = f"；另有{len(problems) - 1}处" if len(problems) > 1 else ""
    return RulesError(f"规则集“{name}”（{path.name}）的“{where}”{says}{read}{more}。")
