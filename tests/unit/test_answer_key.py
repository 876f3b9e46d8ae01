"""Which requests share an answer, and which never do."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from graphql_api.answers.key import AnswerKey, hash_of_schema, key_of
from graphql_api.schema import core_schema
from loaders.scope import EVERYTHING, Scope
from tests.support.answers import uuid_of

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
SCOPES = st.sets(st.integers(1, 12), max_size=6)


def key(**variables: object) -> AnswerKey | None:
    return key_of("d" * 64, None, variables, EVERYTHING)


def scope(*numbers: int) -> Scope:
    return Scope({number: uuid_of(number) for number in numbers})


def test_the_order_of_variables_does_not_matter() -> None:
    assert key(a=1, b={"x": 1, "y": 2}) == key(b={"y": 2, "x": 1}, a=1)


@given(
    st.dictionaries(st.text(), VALUES, max_size=4), st.dictionaries(st.text(), VALUES, max_size=4)
)
def test_unequal_variables_never_have_the_same_key(
    one: dict[str, object], other: dict[str, object]
) -> None:
    try:
        same = orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(
            other, option=orjson.OPT_SORT_KEYS
        )
    except orjson.JSONEncodeError:  # a lone surrogate: no JSON holds one
        return
    keys = (key_of("d", None, each, EVERYTHING) for each in (one, other))

    assert (next(keys) == next(keys)) is same


def test_what_json_tells_apart_has_keys_of_its_own() -> None:
    values = [1, 1.0, "1", True, None, [1], {"a": 1}, "", [], {}, 0, False, "null"]

    assert len({key(value=value) for value in values}) == len(values)


@given(SCOPES, SCOPES)
def test_unequal_scopes_never_share_an_answer(one: set[int], other: set[int]) -> None:
    assert (scope(*one).digest == scope(*other).digest) is (one == other)


def test_who_may_see_all_shares_with_nobody_who_may_not() -> None:
    scopes = [EVERYTHING, scope(), scope(1), scope(1, 2), Scope({1: uuid_of(2)})]

    assert len({each.digest for each in scopes}) == len(scopes)


def test_equal_scopes_share_whatever_the_order_they_were_read_in() -> None:
    assert scope(1, 2).digest == scope(2, 1).digest


def test_operations_of_one_document_have_answers_of_their_own() -> None:
    names = [None, "", "A", "B"]

    keys = [key_of("d", name, {}, EVERYTHING) for name in names]

    assert len(set(keys)) == len(names)
    assert len({each.shared("here") for each in keys if each}) == len(names)


def test_another_database_or_schema_has_answers_of_its_own() -> None:
    found = key()
    assert found is not None

    assert found.shared("one") != found.shared("other")
    assert found.shared("one") == found.shared("one")


def test_a_key_does_not_run_together_with_another() -> None:
    keys = [AnswerKey("ab", None, b"c", b"d"), AnswerKey("a", None, b"bc", b"d")]

    assert len({each.shared("x") for each in keys}) == 2


def test_the_schema_has_a_hash() -> None:
    assert len(hash_of_schema(core_schema)) == 64
