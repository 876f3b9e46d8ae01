"""API tokens: what they look like, what is kept of them, how a person may name one."""

import re

import pytest

from runtime.tokens import digest_of, is_token, key_id_in, key_id_of, new_token


def test_a_token_says_what_it_is_and_whose_it_is() -> None:
    token = new_token()

    assert re.fullmatch(r"vminer_[0-9a-f]{10}_[0-9a-f]{64}", token.text)
    assert key_id_of(token.text) == token.key_id


def test_no_two_tokens_are_alike() -> None:
    tokens = [new_token() for _ in range(1000)]

    assert len({token.key_id for token in tokens}) == len({token.text for token in tokens}) == 1000


def test_what_is_kept_of_a_token_recognizes_it_and_no_other() -> None:
    token, other = new_token(), new_token()
    kept = digest_of(token.text)

    assert is_token(token.text, kept)
    assert not is_token(other.text, kept)
    assert not is_token(token.text[:-1] + "x", kept)
    assert len(kept) == 32
    assert token.text.rpartition("_")[2].encode() not in kept


def test_a_token_is_not_shown_where_it_is_logged() -> None:
    token = new_token()

    assert token.text not in repr(token)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vminer_",
        "vminer_3f9a0c51d2",
        "vminer_3f9a0c51d2_",
        "vminer_3F9A0C51D2_" + "0" * 64,
        "vminer_3f9a0c51d2_" + "0" * 63,
        "vminer_3f9a0c51d2_" + "0" * 65,
        "vminer_3f9a0c51d2_" + "0" * 64 + "\n",
        "ghp_3f9a0c51d2_" + "0" * 64,
        "x" * 100_000,
    ],
    ids=range(10),
)
def test_what_is_no_token_of_ours_belongs_to_no_key(text: str) -> None:
    assert key_id_of(text) is None


def test_a_person_names_a_key_by_its_id_or_by_a_token_that_was_found() -> None:
    token = new_token()

    named = [token.key_id, f"vminer_{token.key_id}", token.text, f" {token.text}\n"]

    assert {key_id_in(text) for text in named} == {token.key_id}
    assert key_id_in("nightly export") is None
