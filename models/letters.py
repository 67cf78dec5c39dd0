"""函件与发件箱: each letter once by its identity, with what became of it."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.base import check, key, moment, one_of, ref, word
from models.vocabulary import LetterState


class Letter(SQLModel, table=True):
    """函件 in the outbox. The identity is kind/about/addressee: put twice, it is there once."""

    __table_args__ = (one_of("state", LetterState), check("attempts >= 0", "attempts"))

    key: str = key("函件标识")
    kind: str = Field(title="函件种类", index=True)
    about: str = Field(title="事由标识", index=True)
    work_year: int = ref("工作年度", "workyear.year")
    written_on: date = Field(title="拟函日期", index=True)
    department_code: str | None = ref("部门编码", "department.code", optional=True)
    addressee: str = Field(title="收件单位")
    recipient: str = Field(title="收件人邮箱")
    copy_to: str = Field(title="抄送邮箱", default="")
    subject: str = Field(title="主题")
    text: str = Field(title="正文（纯文本）")
    html: str = Field(title="正文（网页）")
    attachments: str = Field(title="附件（每行一个）", default="")
    state: LetterState = word("状态", LetterState, default=LetterState.QUEUED)
    attempts: int = Field(title="发送次数", default=0)
    not_before: date | None = Field(title="不早于", default=None)
    next_try_at: datetime | None = moment("下次发送时间", optional=True)
    claimed_until: datetime | None = moment("占用至", optional=True)
    claimed_by: str = Field(title="占用者", default="")
    sent_at: datetime | None = moment("发出时间", optional=True)
    outcome: str = Field(title="结果说明", default="")
    message_id: str = Field(title="邮件编号")


class LetterItem(SQLModel, table=True):
    """事项: one owed thing that a letter tells. A letter is owed while its item is not here."""

    key: str = key("事项标识")
    letter_key: str = ref("函件标识", "letter.key")
    kind: str = Field(title="事项种类", index=True)
    about: str = Field(title="事由标识", index=True)
