"""What counts as a plain word about a publication, and what a person must read."""

from datetime import date

import pytest

from models.rules.announced import announced, links_in

APPROVED, RECEIVED = date(2024, 2, 20), date(2024, 3, 11)
LINK = "http://www.ts.gov.cn/mzj/202403/t20240305_1.html"


@pytest.mark.parametrize(
    "text",
    [
        f"已于3月5日公开，网址：{LINK}",
        f"我局2024年3月5日在区政府网站公开，见{LINK}。谢谢！",
        f"公开日期：2024-03-05\n公开网址：{LINK}\n区民政局 李会计 0714-6350001",
        f"贵局2月26日来函收悉。绩效自评结果已于3月5日随决算公开（{LINK}）。",
        f"公开时间为2024.3.5，{LINK}\n\n在 2024-03-01 09:00，区财政局 写道：\n> 请于2024年3月15日前公开 http://other.example/",
        f"3月5号已公开\n{LINK}\n-----原始邮件-----\n发件人: 区财政局\n请于3月18日前公开",
    ],
)
def test_a_plain_word_gives_day_and_address(text: str) -> None:
    assert announced(text, APPROVED, RECEIVED) == (date(2024, 3, 5), LINK)


@pytest.mark.parametrize(
    "text",
    [
        f"已公开，网址：{LINK}",  # no day
        "已于3月5日公开。",  # no address
        f"拟于3月15日公开，网址届时为{LINK}",
        f"3月5日公开了自评，项目A涉密不公开，{LINK}",
        f"3月5日公开吗？{LINK}",
        f"已于3月5日公开，{LINK}；补充内容见 http://www.ts.gov.cn/other.html",
        f"自评3月5日公开，评价结果3月6日公开，{LINK}",
        f"已于1月5日公开，{LINK}",  # before the accounts were approved
        f"已于2024年3月25日公开，{LINK}",  # after the mail
        f"已于2月31日公开，{LINK}",
        f"已于2024年13月5日公开，{LINK}",
        f"谢谢。\n> 请于3月5日前公开，{LINK}",
        "",
    ],
)
def test_what_is_not_plain_is_left_to_a_person(text: str) -> None:
    assert announced(text, APPROVED, RECEIVED) is None


def test_a_day_without_a_year_is_the_last_one_of_that_name() -> None:
    assert announced(f"12月30日已公开 {LINK}", date(2023, 12, 1), date(2024, 1, 3)) == (
        date(2023, 12, 30),
        LINK,
    )


def test_an_address_ends_where_the_sentence_goes_on() -> None:
    assert links_in("见（http://a.example/x.html），以及www.b.gov.cn/y。") == [
        "http://a.example/x.html",
        "http://www.b.gov.cn/y",
    ]
