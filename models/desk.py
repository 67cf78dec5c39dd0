"""办公台: who is logged in, who started a run by hand, rounds that failed. Prefect knows no users; these tables do."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.base import key, moment, ref


class StartedRun(SQLModel, table=True):
    """启动记录: the officer who was logged in when a run was started. The run's number is all that Prefect keeps."""

    run_id: str = key("运行编号")
    officer: str = ref("经办人", "officer.name")
    title: str = Field(title="办理事项")
    started_at: datetime = moment("启动时间")


class LogIn(SQLModel, table=True):
    """登录记录: one log-in of an officer; void from its end on, whatever cookie a browser still keeps."""

    token_hash: str = key("登录凭证（散列）")
    officer: str = ref("经办人", "officer.name")
    place: str = Field(title="来自")
    since: datetime = moment("登录时间")
    until: datetime = moment("有效至")


class LogInPlace(SQLModel, table=True):
    """登录地址: how an officer's tries from one address went; wrong ones there stop nobody elsewhere."""

    key: str = key("登录地址标识")
    officer: str = ref("经办人", "officer.name")
    place: str = Field(title="来自")
    wrong: int = Field(title="口令连续输错次数", default=0)
    tried_at: datetime = moment("最近一次输错")
    wait_until: datetime | None = moment("暂停至", optional=True)
    good_at: datetime | None = moment("最近一次登录成功", optional=True)


class FailedRound(SQLModel, table=True):
    """未办成的办理: a round that ended badly, told to the officers once."""

    run_id: str = key("运行编号")
    title: str = Field(title="办理名称")
    failed_on: date = Field(title="日期", index=True)
    says: str = Field(title="原因")
