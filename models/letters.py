"""函件与发件箱: each letter once by its identity, every try to deliver it, and what came back about it."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.base import check, key, moment, one_of, ref, word
from models.vocabulary import LetterState, ReportKind


class Letter(SQLModel, table=True):
    """函件 in the outbox. The identity is day/addressee/sequence: put twice, it is there once."""

    __table_args__ = (one_of("state", LetterState), check("attempts >= 0", "attempts"))

    key: str = key("函件标识")
    kind: str = Field(title="函件种类", index=True)
    about: str = Field(title="事由标识", index=True)
    work_year: int = ref("工作年度", "workyear.year")
    written_on: date = Field(title="拟函日期", index=True)
    written_at: datetime = moment("拟函时间")
    sequence: int = Field(title="当日第几封", default=1)
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
    next_try_at: datetime | None = moment("下次发送时间", optional=True)
    claimed_until: datetime | None = moment("占用至", optional=True)
    claimed_by: str = Field(title="占用者", default="")
    sent_at: datetime | None = moment("发出时间", optional=True)
    outcome: str = Field(title="结果说明", default="")
    message_id: str = Field(title="邮件编号", index=True)
    redirected_from: str = Field(title="改投自（原函标识）", default="", index=True)
    copy_of: str = Field(title="抄送补投自（原函标识）", default="", index=True)
    only_to: str = Field(title="只投此抄送邮箱", default="")
    tries_before: int = Field(title="放回发件箱前的发送次数", default=0)
    requeued_at: datetime | None = moment("放回发件箱时间", optional=True)

    @property
    def goes_to(self) -> str:
        """The addressee's address; of a copy that is made up for, the one address that it is for."""
        return self.only_to or self.recipient

    @property
    def tries(self) -> int:
        """Tries that count: since an officer put the letter back, if one did."""
        return self.attempts - self.tries_before


class LetterItem(SQLModel, table=True):
    """事项: one owed thing that a letter tells. A letter is owed while its item is not here."""

    key: str = key("事项标识")
    letter_key: str = ref("函件标识", "letter.key")
    kind: str = Field(title="事项种类", index=True)
    about: str = Field(title="事由标识", index=True)


class Delivery(SQLModel, table=True):
    """投递记录: one try to deliver a letter, with the answer of the post office. Rows are added, never changed."""

    __table_args__ = (one_of("state", LetterState),)

    key: str = key("投递标识")
    letter_key: str = ref("函件标识", "letter.key")
    tried_at: datetime = moment("投递时间")
    recipient: str = Field(title="收件人邮箱")
    server: str = Field(title="邮件服务器", default="")
    state: LetterState = word("结果", LetterState)
    says: str = Field(title="说明", default="")
    answer: str = Field(title="服务器应答（回执）", default="")


class MailReport(SQLModel, table=True):
    """邮件回执: a bounce, a delay or an automatic reply that came to the mailbox, about one address."""

    __table_args__ = (one_of("kind", ReportKind),)

    key: str = key("回执标识")
    kind: ReportKind = word("类别", ReportKind)
    address: str = Field(title="邮箱", index=True)
    letter_key: str | None = ref("函件标识", "letter.key", optional=True)
    reported_at: datetime = moment("收到时间")
    status: str = Field(title="状态码", default="")
    says: str = Field(title="说明", default="")


class ContactReply(SQLModel, table=True):
    """来信: what a person answered to a letter without a form, e.g. to 联系人核实; shown to the officers."""

    key: str = key("来信标识")
    letter_key: str = ref("函件标识", "letter.key")
    sender: str = Field(title="发件人")
    text: str = Field(title="内容", default="")
    confirmed: bool = Field(title="是否确认为本人", default=False)
    received_at: datetime = moment("收到时间")
