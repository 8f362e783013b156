"""How strictly the YAML of a stack file is read, and what is said where it is not sound."""

from pathlib import Path

import pytest

from settings.stack_file import StackFile, read_stack_file


def read(folder: Path, content: str | bytes) -> StackFile:
    file = folder / "Pulumi.sandbox.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_stack_file(file)


def test_values_keep_their_types(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "config:\n  a:text: word\n  a:digits: '42'\n  a:number: -42\n  a:flag: false\n"
        "  a:nothing:\n  a:list: [x, 1]\n"
        "  a:mapping: {version: 3.9.x, ttl: 1h, cidr: 10.0.0.0/8}\n",
    )
    assert file.problems == ()
    assert file.config == {
        "a:text": "word",
        "a:digits": "42",
        "a:number": -42,
        "a:flag": False,
        "a:nothing": None,
        "a:list": ["x", 1],
        "a:mapping": {"version": "3.9.x", "ttl": "1h", "cidr": "10.0.0.0/8"},
    }


def test_what_the_engine_keeps_beside_the_settings_is_left_alone(tmp_path: Path) -> None:
    file = read(tmp_path, "secretsprovider: awskms://x\nencryptedkey: abc\nconfig:\n  a:b: c\n")
    assert file == StackFile(config={"a:b": "c"}, problems=())


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (
            "config:\n\ta:b: c\n",
            "bad-yaml Pulumi.sandbox.yaml:2:1: has a tab; indent with spaces only",
        ),
        (
            "config:\n  a:b: c\n   a:d: e\n",
            (
                "bad-yaml Pulumi.sandbox.yaml:3:7: mapping values are not allowed here;"
                " correct it here or on the line before"
            ),
        ),
        (
            "config:\n  a:b: [1, 2\n",
            (
                "bad-yaml Pulumi.sandbox.yaml:3:1: expected ',' or ']', but got '<stream end>';"
                " correct it here or on the line before"
            ),
        ),
        (
            "config:\n  a:b: caf\xe9\n".encode("latin-1"),
            "bad-yaml Pulumi.sandbox.yaml:2: is not UTF-8; save the file as UTF-8",
        ),
        (
            "config:\n  a:b: \x07\n",
            "bad-yaml Pulumi.sandbox.yaml:2: has a control character; take it out",
        ),
        (
            "config:\n  ? [a]\n  : b\n",
            "bad-yaml Pulumi.sandbox.yaml:2:5: a key must be text; write one word and a colon",
        ),
        (
            "config:\n  a:b: &x [1]\n  a:c: *x\n",
            (
                "alias Pulumi.sandbox.yaml:2:8: stands for another value too, through & and *;"
                " write each value out"
            ),
        ),
        (
            "config: &x\n  a:b: *x\n",
            (
                "alias Pulumi.sandbox.yaml:1:9: stands for another value too, through & and *;"
                " write each value out"
            ),
        ),
        (
            "config:\n  a:b: 1\n  a:b: 2\n",
            (
                "duplicate-key Pulumi.sandbox.yaml:3:3: a:b stands here and on line 2;"
                " keep one of them"
            ),
        ),
        (
            "confg:\n  a:b: c\n",
            (
                "unknown-key Pulumi.sandbox.yaml confg: is no known key;"
                " use config, encryptedkey, encryptionsalt or secretsprovider (did you mean"
                " config?)"
            ),
        ),
        *(
            (nothing, 'no-config Pulumi.sandbox.yaml: has no settings; write them under "config:"')
            for nothing in ("", "config:\n", "- config\n", "config: here\n")
        ),
    ],
)
def test_yaml_that_is_not_sound_is_refused(tmp_path: Path, content: str | bytes, line: str) -> None:
    assert list(map(str, read(tmp_path, content).problems)) == [f"ERR {line}"]


@pytest.mark.parametrize("written", ["no", "Yes", "on", "OFF", "y", "True"])
def test_a_word_that_some_take_for_true_or_false_needs_quotes(tmp_path: Path, written: str) -> None:
    file = read(tmp_path, f"config:\n  a:b: {written}\n")
    assert list(map(str, file.problems)) == [
        (
            "ERR uncertain-value Pulumi.sandbox.yaml:2:8: without quotes, this is true or false to"
            f' some programs (got {written}); write "{written}" with its quotes, or true or'
            " false in small letters"
        )
    ]
    assert file.config == {"a:b": written}


@pytest.mark.parametrize("written", ["0644", "0o17", "089", "3.10", "12e3", "1_000", "1:30", "+4"])
def test_text_that_some_take_for_a_number_needs_quotes(tmp_path: Path, written: str) -> None:
    file = read(tmp_path, f"config:\n  a:b: {{c: {written}}}\n")
    assert list(map(str, file.problems)) == [
        (
            "ERR uncertain-value Pulumi.sandbox.yaml:2:12: without quotes, this is a number to some"
            f' programs (got {written}); write "{written}" with its quotes, or a whole number in'
            " plain digits"
        )
    ]
    assert file.config == {"a:b": {"c": written}}


def test_a_date_and_an_uncertain_key_need_quotes_too(tmp_path: Path) -> None:
    file = read(tmp_path, "config:\n  no:\n    - 2026-11-23\n")
    assert [str(problem).split(" (")[0] for problem in file.problems] == [
        (
            "ERR uncertain-value Pulumi.sandbox.yaml:2:3: without quotes, this is true or false to"
            " some programs"
        ),
        (
            "ERR uncertain-value Pulumi.sandbox.yaml:3:7: without quotes, this is a date to some"
            " programs"
        ),
    ]


@pytest.mark.parametrize("written", ["'no'", '"0644"', "'3.10'", '"2026-11-23"'])
def test_quotes_settle_it(tmp_path: Path, written: str) -> None:
    file = read(tmp_path, f"config:\n  a:b: {written}\n")
    assert file == StackFile(config={"a:b": written[1:-1]}, problems=())
