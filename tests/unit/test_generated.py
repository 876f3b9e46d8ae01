from tests.support.generated import GROUPS, outdated


def test_the_generated_files_say_what_the_code_says():
    assert outdated() == []


def test_every_setting_says_what_it_is_for():
    silent = [
        name
        for group in GROUPS
        for name, field in group.model_fields.items()
        if not field.description
    ]

    assert silent == []
