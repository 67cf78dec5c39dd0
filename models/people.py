"""Who takes part: departments and their contacts, officers of the bureau, third parties and experts."""

from datetime import date

from sqlmodel import Field, SQLModel, UniqueConstraint

from models.base import key, one_of, ref, word
from models.vocabulary import PartyKind, Role


class Department(SQLModel, table=True):
    """预算部门: answers for its projects; has no account, only mail."""

    code: str = key("部门编码")
    name: str = Field(title="部门名称", min_length=1, unique=True)
    functions: str = Field(title="主要职能", default="")
    office: str = Field(title="归口业务科室", default="")
    active: bool = Field(title="是否在用", default=True)


class Contact(SQLModel, table=True):
    """联系人: one person in one role of a department."""

    __table_args__ = (UniqueConstraint("department_code", "role", "email"), one_of("role", Role))

    key: str = key("联系人标识")
    department_code: str = ref("部门编码", "department.code")
    role: Role = word("角色", Role)
    name: str = Field(title="姓名")
    email: str = Field(title="邮箱")
    phone: str = Field(title="电话", default="")
    suspended_reason: str = Field(title="停用原因", default="")


class Officer(SQLModel, table=True):
    """财政局绩效管理经办人: the only people who decide."""

    name: str = key("姓名")
    post: str = Field(title="职务")
    email: str = Field(title="邮箱")
    phone: str = Field(title="电话", default="")
    code_hash: str = Field(title="个人口令（散列）", default="")


class ThirdParty(SQLModel, table=True):
    """第三方机构或评审专家: assesses, reviews or evaluates; never the project of its own commissioner."""

    __table_args__ = (one_of("kind", PartyKind),)

    name: str = key("名称")
    kind: PartyKind = word("类别", PartyKind)
    field: str = Field(title="专业领域", default="")
    contact: str = Field(title="联系人", default="")
    email: str = Field(title="邮箱")
    phone: str = Field(title="电话", default="")
    serves: str = Field(title="利益相关部门（编码，顿号分隔）", default="")
    officer: str = Field(title="登记人", default="")


class Interest(SQLModel, table=True):
    """利益关系: a third party works for a department, is part of it, or is kin to it; declared once, never lifted."""

    __table_args__ = (UniqueConstraint("third_party", "department_code"),)

    key: str = key("利益关系标识")
    third_party: str = ref("第三方或专家", "thirdparty.name")
    department_code: str = ref("利益相关部门", "department.code")
    reason: str = Field(title="事由")
    officer: str = ref("登记人", "officer.name")
    declared_on: date = Field(title="登记日期")
