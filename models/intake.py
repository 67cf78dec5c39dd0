"""What came in: the bytes first, then what was read in them and what was found."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from models.base import key, moment, one_of, ref, word
from models.vocabulary import Severity, Verdict


class Submission(SQLModel, table=True):
    """报送件: one file as received; its identity is the hash of its bytes."""

    __table_args__ = (one_of("verdict", Verdict),)

    sha256: str = key("文件摘要")
    received_at: datetime = moment("收到时间")
    sender: str = Field(title="发件人", default="")
    file_name: str = Field(title="文件名")
    path: str = Field(title="原件存放处")
    form_number: str | None = ref("表单编号", "formissue.form_number", optional=True)
    round_key: str | None = ref("布置标识", "round.key", optional=True)
    addressee: str = Field(title="报送单位", default="", index=True)
    verdict: Verdict = word("结果", Verdict)
    says: str = Field(title="说明", default="")
    message: str = Field(title="邮件正文", default="")


class Finding(SQLModel, table=True):
    """存在问题: one mistake of a form, in the department's words, with its place and remedy."""

    __table_args__ = (UniqueConstraint("submission", "sequence"), one_of("severity", Severity))

    key: str = key("问题标识")
    submission: str = ref("报送件", "submission.sha256")
    sequence: int = Field(title="序号")
    code: str = Field(title="问题代码", index=True)
    severity: Severity = word("程度", Severity)
    sheet: str = Field(title="工作表", default="")
    cell: str = Field(title="单元格", default="")
    project_key: str | None = Field(title="项目标识", default=None, index=True)
    read: str = Field(title="读到的内容", default="")
    says: str = Field(title="问题")
    basis: str = Field(title="依据", default="")
    remedy: str = Field(title="怎样改", default="")
