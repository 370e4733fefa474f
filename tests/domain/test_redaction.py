"""Secrets in texts: found however they are written, hidden whole, and nothing else hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.redaction import HIDDEN, Finder, Secret, is_secret, names_in


def finder(*texts: str, public: tuple[str, ...] = ()) -> Finder:
    return Finder([Secret(text, "name", "", "") for text in texts], public)


@pytest.mark.parametrize(
    "text",
    [
        "教师样例丁在场", "教师样 例 丁在场", "教师样\u200b例\u3000丁在场", "样例丁、样例丁",
        "ＺＨＡＮＧ　Ｓａｎ在场", "zhang SAN 在场", "Zhang　San",
    ],
)  # fmt: skip
def test_names_are_hidden_whole(text: str) -> None:
    """However spaced, wide or invisible the signs between: no letter of a name stays."""
    hidden = finder("样例丁", "Zhang San").hide(text)
    assert HIDDEN in hidden
    assert not set(hidden) & set("样例丁zZ")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("电话13800000000。", "phone"), ("１３８　００００　００００", "phone"), ("+86 138-0000-0000", "phone"),
        ("0551-1234567", "phone"), ("0571-8812 3456", "phone"), ("138—0000—0000", "phone"),
        ("1 3 8 0 0 0 0 0 0 0 0", "phone"), ("13800 000000", "phone"), ("tel13800000000", "phone"),
        ("电话：88123456", "phone"), ("一三八零零零零零零零零", "phone"), ("京A•12345", "plate"),
        ("110105 19900101 0019", "id_number"), ("QQ：12345678", "account"), ("微信号 yang_li1", "account"),
        ("wxid_abc123", "account"), ("身份证110101200001010018", "id_number"), ("11010120000101001x", "id_number"),
        ("旧证110101000101001", "id_number"), ("卡6222 0000 0000 0000 000", "bank_card"), ("邮箱 a.b@example.test", "email"),
        ("车牌皖A·12345", "plate"), ("皖AD12345 新能源", "plate"),
    ],
)  # fmt: skip
def test_numbers_of_persons_are_found_by_their_form(text: str, kind: str) -> None:
    """A number of a person that nobody named is found by its form alone."""
    found = finder().find(text)
    assert [one[2] for one in found] == [kind]
    assert not any(sign.isdigit() for sign in finder().hide(text).replace("2", "") if sign != "2")


@pytest.mark.parametrize(
    "text",
    [
        "检查于2026-09-21 21:33开始", "共12人，3间教室", "信用代码91340100MA0000000X", "教督改〔2026〕12号",
        "sha256 " + "0123456789abcdef" * 4, "1790000000000", "处罚法第四十二条", "照片1、照片12",
    ],
)  # fmt: skip
def test_ordinary_texts_stay(text: str) -> None:
    """Days, counts, codes, numbers of papers and hashes are nobody's."""
    assert finder("样例丁").hide(text) == text


def test_what_is_public_stays_but_is_told() -> None:
    """A teacher who has an officer's name is not hidden in documents, and whoever exports is told so."""
    found = finder("样例甲", public=("样例甲", "0551-7654321"))
    assert found.hide("检查人员样例甲，电话0551-7654321") == "检查人员样例甲，电话0551-7654321"
    assert [one.text for one in found.shared] == ["样例甲"]


def test_fields_that_name_persons_are_taken_apart() -> None:
    """Of a field with several people each is a secret; words for nobody are none."""
    assert names_in("样例丁（校长）、样例戊") == ["样例丁（校长）、样例戊", "样例丁", "样例戊"]
    assert not is_secret("负责人")
    assert not is_secret("甲")
    assert not is_secret("12")


@given(st.text(max_size=60), st.text(alphabet="甲乙丙丁戊", min_size=2, max_size=4))
def test_hiding_leaves_nothing_to_find(text: str, name: str) -> None:
    """Whatever stands around a name: after hiding, no search finds it any more."""
    found = finder(name)
    hidden = found.hide(text + name + text)
    assert name not in hidden
    assert not found.find(hidden)


@given(st.text(max_size=80))
def test_texts_without_secrets_come_back_unchanged(text: str) -> None:
    """Without a secret nothing changes."""
    found = finder("样例丁")
    if not found.find(text):
        assert found.hide(text) == text


@given(st.from_regex(r"[a-z]{1,2}-[a-z2-7]{12}|[a-z2-7]{16}/[1-9][0-9]{0,4}|[0-9a-f]{64}", fullmatch=True))
def test_names_that_the_program_made_are_no_numbers_of_persons(name: str) -> None:
    """An id with "qq" in it, or a hash with eleven digits, is not an account and not a telephone."""
    assert Finder([]).found_in({"id": name, "more": [name]}) == []


@pytest.mark.parametrize("text", ["i-abqqglo7kabc", "u54sltqq3oeoqfa5", "hotel2345678"])
def test_letters_inside_of_a_word_tell_of_no_account(text: str) -> None:
    """A word that only contains "qq" or "tel" says nothing of what follows."""
    assert Finder([]).find(f"见{text}。") == []
