"""Settings, each from one environment variable JIXIAO_…; every one is described in docs/operations.md."""

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What differs from one installation to the next. Secrets never show in repr or logs."""

    model_config = SettingsConfigDict(env_prefix="JIXIAO_", env_file=".env", extra="ignore")

    home: Path = Field(default=Path("var"), description="数据目录：数据库、收到的原件、发出的表单和函件")
    database_url: str = Field(default="", description="数据库地址；空为数据目录下的 SQLite 文件")
    rules: str = Field(default="huangshi", description="规则集名称")
    rules_folder: Path | None = Field(
        default=None, description="本局自有规则集（TOML）所在目录；空为数据目录下的 rules"
    )
    form_key: SecretStr = Field(
        default=SecretStr(""), description="表单编号的密钥；空则首次使用时生成并存于数据目录"
    )
    bureau: str = Field(default="区财政局", description="财政局名称，用于函件落款和报告")
    district: str = Field(default="本区", description="区名，用于报告标题")
    number_prefix: str = Field(default="财绩目", description="绩效目标批复文号的机关代字")
    sender: str = Field(default="jixiao@localhost", description="发件邮箱")
    reply_to: str = Field(default="", description="回复邮箱；空则与发件邮箱相同")
    bounce_to: str = Field(default="", description="退信邮箱（信封发件人）；空则与发件邮箱相同")
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="邮件服务器，如 smtp+starttls://用户:口令@主机:587；可写几个，以空格分开，依次尝试；空则写入文件夹",
    )
    imap_url: SecretStr = Field(
        default=SecretStr(""),
        description="收取回复的邮箱，如 imaps://用户:口令@主机:993/INBOX；空则只收收件箱文件夹里的文件",
    )
    trial_address: str = Field(default="", description="试运行邮箱；填写后所有函件只发往此邮箱")

    def model_post_init(self, _context: object) -> None:
        """The default database and the bureau's own rules lie in the home folder."""
        if not self.database_url:
            self.database_url = f"sqlite:///{self.home / 'jixiao.sqlite3'}"
        if self.rules_folder is None:
            self.rules_folder = self.home / "rules"

    @property
    def inbox(self) -> Path:
        """Where an officer or the mailbox reader drops what came in."""
        return self.home / "inbox"

    @property
    def received(self) -> Path:
        """Where the original bytes are kept, by hash."""
        return self.home / "received"

    @property
    def issued(self) -> Path:
        """Workbooks sent out."""
        return self.home / "issued"

    @property
    def post(self) -> Path:
        """The default post office: a folder of .eml files."""
        return self.home / "post"

    @property
    def results(self) -> Path:
        """Reports, ledgers, approval letters."""
        return self.home / "results"


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
