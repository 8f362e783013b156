"""Tools are made once, completely or not at all, whoever is killed or runs at the same time.

The tools here are shell scripts, so nothing is compiled; the processes and the locks are real.
"""

import io
import multiprocessing
import os
import re
import shlex
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from rich.console import Console

from rehearsal.toolchain import (
    ISTIO,
    JAVA,
    KAFKA,
    KUBERNETES,
    KWOK,
    PROMETHEUS_OPERATOR,
    PROMTOOL,
    PULUMI,
    VAULT,
    VCSIM,
    BuildFailed,
    Program,
    ProgramsMissing,
    building,
    built,
    cache_folder,
    ensure,
    missing,
    programs,
    tools,
)
from rehearsal.toolchain.building import Tally
from rehearsal.toolchain.tools import GoCompiler, Recipe, Tool
from tests.waiting import wait_until


@dataclass(frozen=True, kw_only=True)
class Script:
    """A tool that a shell script makes; ``$1`` is the folder to fill."""

    script: str
    name: str = "hammer"
    version: str = "1.2.3"
    product: str = "hammer"
    estimate: str = "a blink"
    needs: tuple[Tool | Program, ...] = ()
    machine: Path | None = None

    def key(self) -> str:
        return "abc"

    def found(self) -> Path | None:
        return self.machine

    def recipe(self, into: Path, needs: Mapping[str, Path]) -> Recipe:
        paths = {name.upper(): str(path) for name, path in needs.items()}
        command = ("/bin/sh", "-c", self.script, "sh", str(into))
        return Recipe(command=command, folder=into, environment=paths, packages=3)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COREBANK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def quiet() -> Console:
    return Console(file=io.StringIO(), width=80)


def said(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def in_another_process(tool: Script) -> None:
    ensure(tool, console=quiet())


def another(tool: Script) -> BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=in_another_process, args=(tool,))
    process.start()
    return process


def telling_its_number(folder: Path) -> str:
    """Shell commands that write the shell's process number to ``builder``, all at once."""
    return f"echo $$ > {folder}/part; mv {folder}/part {folder}/builder"


def test_a_tool_is_made_once_and_found_again(tmp_path: Path, cache: Path) -> None:
    tool = Script(script=f'echo made >> {tmp_path}/builds; echo hi > "$1/hammer"')
    assert not built(tool)
    expected = {"hammer": cache / "hammer-1.2.3-abc/hammer"}
    assert ensure(tool, console=quiet()) == expected
    assert ensure(tool, console=quiet()) == expected
    assert built(tool)
    assert (tmp_path / "builds").read_text() == "made\n"


def test_a_tool_is_given_what_it_needs() -> None:
    nail = Script(name="nail", product="nail", script='echo iron > "$1/nail"')
    tool = Script(script='cp "$NAIL" "$1/hammer"', needs=(nail,))
    assert ensure(tool, console=quiet())["hammer"].read_text() == "iron\n"


def test_a_tool_on_the_machine_is_not_made(tmp_path: Path, cache: Path) -> None:
    tool = Script(script="exit 1", machine=tmp_path)
    assert ensure(tool, console=quiet()) == {"hammer": tmp_path}
    assert not cache.exists()


def test_a_failed_build_tells_its_last_output_and_leaves_no_tool(cache: Path) -> None:
    broken = Script(script='echo half > "$1/hammer"; seq 20; echo out of iron >&2; exit 3')
    with pytest.raises(BuildFailed) as failure:
        ensure(broken, console=quiet())
    assert str(failure.value) == (
        "hammer 1.2.3 could not be made: /bin/sh ended with status 3. Its last output, all of"
        f" which is in {cache}/logs/hammer-1.2.3-abc.log:\n"
        + "".join(f"  {number}\n" for number in range(7, 21))
        + "  out of iron\n"
    )
    assert not built(broken)
    mended = Script(script='test ! -e "$1/hammer" && echo whole > "$1/hammer"')
    assert ensure(mended, console=quiet())["hammer"].read_text() == "whole\n"


def test_after_a_killed_run_the_next_one_waits_for_its_build_and_starts_clean(
    tmp_path: Path,
) -> None:
    slow = f'echo half > "$1/hammer"; {telling_its_number(tmp_path)}; sleep 0.7'
    first = another(Script(script=slow))
    wait_until((tmp_path / "builder").exists)
    first.kill()
    first.join()
    builder = int((tmp_path / "builder").read_text())
    console = quiet()
    whole = Script(script='test ! -e "$1/hammer" && echo whole > "$1/hammer"')
    assert ensure(whole, console=console)["hammer"].read_text() == "whole\n"
    assert said(console)[0] == (
        f"hammer 1.2.3: another run is making it (process {builder}); waiting for it"
    )


def test_two_runs_at_once_make_a_tool_once(tmp_path: Path) -> None:
    tool = Script(script=f'echo made >> {tmp_path}/builds; sleep 0.5; echo hi > "$1/hammer"')
    other = another(tool)
    wait_until((tmp_path / "builds").exists)
    console = quiet()
    assert ensure(tool, console=console)["hammer"].read_text() == "hi\n"
    other.join()
    assert other.exitcode == 0
    assert (tmp_path / "builds").read_text() == "made\n"
    (line,) = said(console)
    assert re.fullmatch(
        r"hammer 1\.2\.3: another run is making it \(process \d+\); waiting for it", line
    )


def test_an_interrupted_run_ends_its_build(tmp_path: Path) -> None:
    script = f"{telling_its_number(tmp_path)}; sleep 30"
    run = another(Script(script=script))
    wait_until((tmp_path / "builder").exists)
    builder = int((tmp_path / "builder").read_text())
    assert run.pid is not None
    os.kill(run.pid, signal.SIGINT)
    run.join()
    with pytest.raises(ProcessLookupError):
        os.kill(builder, 0)


def test_all_missing_programs_are_told_at_once_and_before_any_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    first = Script(script=f"touch {tmp_path}/started")
    with pytest.raises(ProgramsMissing) as refused:
        ensure(first, KAFKA, JAVA, console=quiet())
    assert str(refused.value) == (
        "java: Java 17 or newer, with its compiler, runs the rehearsal's Kafka brokers; only"
        " `make up` needs it, `make preview` does not; install it, on Debian"
        " `apt-get install openjdk-17-jdk-headless` (or newer), or set JAVA_HOME\n"
        "mvn: Maven fetches the Kafka brokers' jars, once; only `make up`"
        " needs it, `make preview` does not; install it, on Debian `apt-get install maven`"
    )
    assert not (tmp_path / "started").exists()


def fake(program: Path, output: str) -> None:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\necho {shlex.quote(output)} >&2\n")
    program.chmod(0o755)


def test_a_java_that_is_too_old_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = f"    java.home = {tmp_path}/jdk8\n    java.specification.version = 1.8"
    fake(tmp_path / "jdk8/bin/java", old)
    fake(tmp_path / "jdk8/bin/javac", "")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk8"))
    assert missing(JAVA) == (JAVA,)
    assert f"(got Java 8 at {tmp_path}/jdk8/bin/java)" in JAVA.missing()


def test_java_on_path_is_used_where_java_home_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for release in (11, 21):
        home = tmp_path / f"jdk{release}"
        properties = f"    java.home = {home}\n    java.specification.version = {release}"
        fake(home / "bin/java", properties)
        fake(home / "bin/javac", "")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk11"))
    monkeypatch.setenv("PATH", f"{tmp_path}/jdk21/bin")
    assert JAVA.find() == tmp_path / "jdk21/bin/java"


def test_a_java_that_only_runs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    properties = f"    java.home = {tmp_path}/jre21\n    java.specification.version = 21"
    fake(tmp_path / "jre21/bin/java", properties)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jre21"))
    assert missing(JAVA) == (JAVA,)
    assert f"(got Java 21 at {tmp_path}/jre21/bin/java without its compiler)" in JAVA.missing()


@pytest.mark.parametrize(
    ("version", "used"), [("v3.0.0", None), (f"v{PULUMI.version}", "pulumi"), ("v99.0.0", "pulumi")]
)
def test_the_vendors_engine_is_used_if_it_is_new_enough(
    version: str, used: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path / "pulumi", version)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert PULUMI.found() == (tmp_path / used if used else None)


def test_vault_is_always_the_pinned_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path / "vault", "Vault v9.0.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert VAULT.found() is None


def test_a_go_that_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path / "go", "go1.25.12")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert GoCompiler(minimum="1.25.11").found() == tmp_path / "go"
    assert GoCompiler(minimum="1.26.0").found() is None


@pytest.mark.parametrize(
    "tool",
    [PULUMI, VAULT, KUBERNETES, KWOK, VCSIM, ISTIO, PROMETHEUS_OPERATOR, PROMTOOL],
    ids=lambda tool: tool.name,
)
def test_the_compiler_from_the_package_index_is_new_enough(tool: Tool) -> None:
    (go,) = tool.needs
    assert isinstance(go, GoCompiler)
    assert programs.numbers(go.version) >= programs.numbers(go.minimum)


def test_a_file_of_a_module_is_fetched_and_compared_with_its_sum(tmp_path: Path) -> None:
    recipe = ISTIO.recipe(tmp_path, {"go": Path("go")})
    assert recipe.command == ("go", "mod", "download", "-x", "istio.io/api")
    assert recipe.environment["GOMODCACHE"] == str(tmp_path), "where it can be removed again"
    assert "-mod=readonly" in recipe.environment["GOFLAGS"]
    assert ISTIO.product.startswith(f"istio.io/api@v{ISTIO.version}/")
    pinned = (recipe.folder / "go.sum").read_text().splitlines()
    assert [line.rpartition(" ")[0] for line in pinned] == [
        f"istio.io/api v{ISTIO.version}",
        f"istio.io/api v{ISTIO.version}/go.mod",
    ]
    assert ISTIO.found() is None


def test_one_build_makes_all_commands_of_a_module(tmp_path: Path) -> None:
    command = KUBERNETES.recipe(tmp_path, {"go": Path("go")}).command
    assert command[command.index("-o") + 1 :] == (
        f"{tmp_path}/",
        "go.etcd.io/etcd/server/v3",
        "k8s.io/kubernetes/cmd/kube-apiserver",
        "k8s.io/kubernetes/cmd/kube-controller-manager",
        "k8s.io/kubernetes/cmd/kube-scheduler",
    )
    # What they have in common is compiled once; they are had as the folder that holds them.
    assert tmp_path / KUBERNETES.product == tmp_path


@pytest.mark.parametrize(
    ("tool", "module"),
    [
        (PULUMI, "github.com/pulumi/pulumi/pkg/v3"),
        (VAULT, "github.com/hashicorp/vault"),
        (KUBERNETES, "k8s.io/kubernetes"),
        (KWOK, "sigs.k8s.io/kwok"),
        (VCSIM, "github.com/vmware/govmomi"),
        (ISTIO, "istio.io/api"),
        (PROMETHEUS_OPERATOR, "github.com/prometheus-operator/prometheus-operator"),
        (PROMTOOL, "github.com/prometheus/prometheus"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_tools_version_is_that_of_its_module(tool: Tool, module: str) -> None:
    pinned = Path(tools.__file__).with_name(tool.name) / "go.mod"
    assert re.search(rf"\s{re.escape(module)} v{re.escape(tool.version)}\s", pinned.read_text())


def test_the_api_server_tells_its_version() -> None:
    command = KUBERNETES.recipe(Path(), {"go": Path("go")}).command
    stamp = f"-X k8s.io/component-base/version.gitVersion=v{KUBERNETES.version}"
    assert command[command.index("-ldflags") + 1].endswith(stamp)


def test_the_cache_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COREBANK_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/corebank")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/ada")
    assert cache_folder() == Path("/home/ada/.cache/corebank")


def test_progress_without_a_terminal_is_a_line_now_and_then(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "PLAIN_INTERVAL_S", 0.3)
    script = (
        'echo "go: downloading example.org/a v1"; echo example.org/a; sleep 0.45; touch "$1/hammer"'
    )
    console = quiet()
    ensure(Script(script=script), console=console)
    log = cache / "logs/hammer-1.2.3-abc.log"
    assert said(console) == [
        f"hammer 1.2.3: making it once for this machine takes a blink; log {log}",
        "hammer 1.2.3: 0:00:00  1 modules fetched, 1 of at most 3 packages compiled",
        "hammer 1.2.3: ready",
    ]


def test_progress_counts_what_a_build_tells() -> None:
    tally = Tally(packages=9)
    assert str(tally) == "at work"
    for line in (
        "Downloaded from central: https://x/y.jar (1 kB)",
        "crypto/tls",
        "",
        "# a/b",
        "net",
    ):
        tally.add(line)
    assert str(tally) == "1 files fetched, 2 of at most 9 packages compiled"


def test_a_build_that_compiles_nothing_counts_no_packages() -> None:
    tally = Tally(packages=0)
    tally.add("done")
    assert str(tally) == "at work"
