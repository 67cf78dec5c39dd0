"""办公台: who started a run by hand, and rounds that failed. Prefect knows no users; this table does."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.base import key, moment, ref


class StartedRun(SQLModel, table=True):
    """启动记录: the officer who was logged in when a run was started. The run's number is all that Prefect keeps."""

    run_id: str = key("运行编号")
    officer: str = ref("经办人", "officer.name")
    title: str = Field(title="办理事项")
    started_at: datetime = moment("启动时间")


class FailedRound(SQLModel, table=True):
    """未办成的办理: a round that ended badly, told to the officers once."""

    run_id: str = key("运行编号")
    title: str = Field(title="办理名称")
    failed_on: date = Field(title="日期", index=True)
    says: str = Field(title="原因")
