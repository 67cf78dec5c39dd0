"""What is well in this installation, what is missing, and what to do about it."""

import shutil
from dataclasses import dataclass
from datetime import date

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from models.database import engine
from models.rules.profiles import RulesError, load_rules
from models.rules.rhythm import RhythmError, rhythm
from models.rules.workdays import provisional
from models.settings import settings
from notifications.render import Unrenderable, compile_texts
from notifications.sending import greet
from tasks.mailbox import MailboxShut, waiting
from tasks.secret_blocks import SecretMissing, fetch_secrets

NEEDED_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Checked:
    """One thing looked at."""

    what: str
    well: bool
    says: str


def examine(day: date) -> list[Checked]:
    """Everything that an installation needs, looked at once."""
    return [
        _home(),
        _database(),
        _rules(day),
        _prefect(),
        _post_office(),
        _mailbox(),
        _texts(),
        _calendar(day),
    ]


def _home() -> Checked:
    home = settings().home
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free
    enough = free > NEEDED_BYTES
    advice = "" if enough else "；空间不足1GB，请清理磁盘或把 JIXIAO_HOME 改到别处"
    return Checked("数据目录", enough, f"{home.resolve()}，可用{free // 1_000_000}MB{advice}")


def _database() -> Checked:
    try:
        tables = inspect(engine()).get_table_names()
    except SQLAlchemyError as error:
        return Checked(
            "数据库",
            False,
            f"连接不上（{type(error).__name__}）。请核对 JIXIAO_DATABASE_URL，并确认数据库服务已启动。",
        )
    if "project" not in tables:
        return Checked("数据库", False, "还没有建表。请运行 jixiao year open，首次运行会自动建表。")
    return Checked("数据库", True, f"{engine().dialect.name}，{len(tables)}张表")


def _rules(day: date) -> Checked:
    name = settings().rules
    try:
        rules = load_rules(name, day, settings().rules_folder)
    except RulesError as error:
        return Checked("规则集", False, str(error))
    return Checked(
        "规则集",
        True,
        f"{rules.title}；未定{len(rules.undecided)}项，出处未核对{len(rules.unverified)}项（jixiao rules show {name}）",
    )


def _prefect() -> Checked:
    from prefect import __version__
    from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_ANALYTICS_ENABLED

    address = PREFECT_API_URL.value() or "未指定，需要时在本机临时启动"
    if PREFECT_SERVER_ANALYTICS_ENABLED.value():
        return Checked(
            "Prefect",
            False,
            f"{__version__}，使用统计未关闭。请设置 PREFECT_SERVER_ANALYTICS_ENABLED=false。",
        )
    return Checked("Prefect", True, f"{__version__}，{address}")


def _mailbox() -> Checked:
    if not settings().imap_url.get_secret_value():
        return Checked("收件邮箱", True, f"未设置（JIXIAO_IMAP_URL），只收文件夹 {settings().inbox} 里的文件")
    try:
        fetch_secrets()
        count = waiting()
    except (MailboxShut, SecretMissing) as shut:
        return Checked("收件邮箱", False, str(shut))
    return Checked("收件邮箱", True, f"可以登录，有{count}封新邮件待读取")


def _post_office() -> Checked:
    if not settings().smtp_url.get_secret_value():
        return Checked("邮件", True, f"写入文件夹 {settings().post}（未设置 JIXIAO_SMTP_URL，不发真实邮件）")
    try:
        fetch_secrets()
    except SecretMissing as missing:
        return Checked("邮件", False, str(missing))
    troubles = [says for says in greet() if says]
    if troubles:
        return Checked("邮件", False, "；".join(troubles))
    trial = f"，试运行：全部发往 {settings().trial_address}" if settings().trial_address else ""
    return Checked("邮件", True, f"邮件服务器可以登录{trial}")


def _texts() -> Checked:
    """The bureau's own texts and rhythm can be used."""
    try:
        rhythm()
        kinds = sorted(path.name for path in (settings().home / "templates").glob("*") if path.is_dir())
        for kind in kinds:
            compile_texts(kind)
    except (RhythmError, Unrenderable) as error:
        return Checked("函件文字和节奏", False, str(error))
    own = f"，本局改过的函件：{'、'.join(kinds)}" if kinds else ""
    return Checked("函件文字和节奏", True, f"可以使用{own}")


def _calendar(day: date) -> Checked:
    unknown = [str(year) for year in (day.year, day.year + 1) if provisional(year)]
    if unknown:
        return Checked(
            "工作日历",
            False,
            f"{'、'.join(unknown)}年放假通知尚未收录，工作日按周一至周五暂按。通知公布后请更新 chinesecalendar。",
        )
    return Checked("工作日历", True, f"{day.year}年和{day.year + 1}年放假安排已收录")
