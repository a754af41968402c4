"""What is in `deploy/`, as far as it can be tested without a container engine or systemd."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

from tests.ports import free_port

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
SERVED = """
import sys
sys.path.insert(0, "tests")
import index.encoding.corpus_model
from toy_encoder import ToyEncoder
from ui.__main__ import main

index.encoding.corpus_model.new_encoder = lambda *_: ToyEncoder()
sys.argv = ["verbatim", *sys.argv[1:]]
main()
"""


def module(name):
    spec = importlib.util.spec_from_file_location(name, DEPLOY / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded  # its dataclasses look for it there
    spec.loader.exec_module(loaded)
    return loaded


in_chroot = module("in_chroot")
STAGES = in_chroot.stages_of((DEPLOY / "Containerfile").read_text(encoding="utf-8"))
IMAGE = STAGES[-1]
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def check(command, *arguments) -> subprocess.CompletedProcess:
    """Run the health check with the interpreter of the tests, and nothing of their packages."""
    assert command[0] == "python"
    assert command[1] == "/opt/verbatim/healthcheck.py"
    return subprocess.run(
        [sys.executable, "-I", "-S", DEPLOY / "healthcheck.py", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# -- the container


def test_the_image_runs_without_rights_and_keeps_the_corpus_in_a_volume():
    assert [stage.name for stage in STAGES] == ["build", "1"]
    assert int(IMAGE.last("USER").partition(":")[0]) >= 1000
    assert f"--uid {IMAGE.last('USER').partition(':')[0]} " in IMAGE.steps[0][1]
    assert in_chroot.environment_of(IMAGE)["VERBATIM_CORPUS"] == IMAGE.last("VOLUME") == "/corpus"
    assert [*json.loads(IMAGE.last("ENTRYPOINT")), *json.loads(IMAGE.last("CMD"))] == [
        "verbatim",
        "chat",
    ]


def test_the_image_has_torch_for_processors_and_the_versions_that_were_tested():
    (install,) = (rest for word, rest in STAGES[0].steps if word == "RUN" and "*.whl" in rest)
    assert 'INSTALL="--torch-backend cpu"' in [
        rest for word, rest in STAGES[0].steps if word == "ARG"
    ]
    assert "--constraints /source/constraints.txt $INSTALL /wheels/*.whl" in install


def test_the_image_is_built_from_all_that_the_wheel_is_made_of():
    kept = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    made_of = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (packages,) = re.findall(r"^packages = (\[.*\])$", made_of, re.MULTILINE)[:1]
    (licences,) = re.findall(r"^license-files = (\[.*\])$", made_of, re.MULTILINE)
    needed = {name.partition("/")[0] for name in (*json.loads(packages), *json.loads(licences))}

    assert needed | {"seeds", "README.md", "pyproject.toml", "constraints.txt"} <= kept
    for name in kept:
        assert (ROOT / name).exists()
    for source in (rest.split()[-2] for word, rest in IMAGE.steps if word == "COPY"):
        assert source in kept or source.startswith("/opt/")


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_each_service_has_a_read_only_root_no_rights_and_a_health_check(name):
    service = COMPOSE["services"][name]

    assert service["read_only"] is True
    assert service["user"] == IMAGE.last("USER")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [one.partition(":")[0] for one in service["tmpfs"]] == ["/tmp"]  # noqa: S108
    assert "corpus:/corpus" in service["volumes"]
    assert set(COMPOSE["volumes"]) == {"corpus"}
    assert all(one.endswith(":ro") for one in service["volumes"] if not one.startswith("corpus:"))
    known = {"build", "image", "restart", "read_only", "user", "cap_drop", "security_opt", "tmpfs"}
    known |= {"volumes", "network_mode", "command", "healthcheck", "profiles", "ports", "secrets"}
    assert set(service) <= known
    context = (DEPLOY / service["build"]["context"]).resolve()
    assert (context / service["build"]["dockerfile"]).is_file()
    assert service["healthcheck"]["test"][:3] == ["CMD", "python", "/opt/verbatim/healthcheck.py"]
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])


def test_the_service_for_this_computer_is_reached_from_nowhere_else():
    service = COMPOSE["services"]["verbatim"]
    assert service["network_mode"] == "host"
    assert "ports" not in service
    assert not [word for word in service["command"] if word.startswith("--host")]


def test_the_service_for_others_is_one_that_verbatim_serves(
    tmp_path, monkeypatch, verbatim_options
):
    """Its command is understood, and is refused without the token or the certificate only."""
    from index import BadSetting
    from ui.protection.exposure import Exposure

    given = verbatim_options(COMPOSE["services"]["others"]["command"])
    assert given["--host"] == "0.0.0.0"  # noqa: S104 - in a container of its own
    assert all(given[f"--tls-{part}"] == f"/run/secrets/{part}" for part in ("certificate", "key"))
    assert given["--token-file"] == "/run/secrets/token"
    with pytest.raises(BadSetting):
        Exposure(host=given["--host"], names=("localhost",))
    assert Exposure(
        host=given["--host"],
        names=("localhost",),
        token="-of-at-least-twenty-characters",  # noqa: S106 - of this test alone
        certificate=tmp_path,
        key=tmp_path,
    ).encrypted


@pytest.fixture
def verbatim_options():
    """Returns the options of a command, all of which `verbatim chat` has."""
    from typer.main import get_command

    from ui.cli.commands import app

    def options(command) -> dict[str, str]:
        name, *words = command
        known = {flag for one in get_command(app).commands[name].params for flag in one.opts}
        found = {}
        for word in words:
            flag, _, value = word.partition("=")
            if flag.startswith("--"):
                assert flag in known
                found[flag] = value
        return found

    return options


def test_every_service_gives_options_that_the_command_has(verbatim_options):
    for service in COMPOSE["services"].values():
        assert "--watch" in verbatim_options(service["command"])


@pytest.mark.slow
def test_the_health_check_follows_a_server_from_its_start_to_its_end(tmp_path):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = json.loads(IMAGE.last("HEALTHCHECK").partition("CMD")[2])
    before = check(command, address)
    assert (before.returncode, "doesn't answer" in before.stderr) == (1, True)

    server = subprocess.Popen(
        [sys.executable, "-c", SERVED, "chat", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert "running" in server.stdout.readline()
        seen = {check(command, address).returncode}
        end = time.monotonic() + 60
        while 0 not in seen:
            assert server.poll() is None
            assert time.monotonic() < end
            seen.add(check(command, address).returncode)
    finally:
        server.terminate()
        server.communicate(timeout=60)
    assert seen <= {0, 1}
    assert check(command, address).returncode == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b'{"page": false}'), (200, b"[]"), (200, b"<html>"), (200, b"\xff"), (503, b"{}")],
)
def test_what_answers_otherwise_is_not_healthy(status, body):
    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        healthcheck = module("healthcheck")
        assert healthcheck.problem_of(f"http://127.0.0.1:{server.server_port}")
        thread.join()


# -- what stands in for an engine


def test_a_containerfile_is_read_as_it_is_written():
    stages = in_chroot.stages_of(
        "# a comment\nFROM a:1 AS first\nRUN one && \\\n    # not this\n    two\n\n"
        "ENV A=1 \\\n  B='2 3'\n"
        "FROM b\nCOPY --from=first /x /y\nUSER 7\nUSER 8:8\n"
    )
    assert [(stage.name, stage.steps) for stage in stages] == [
        ("first", [("RUN", "one && two"), ("ENV", "A=1 B='2 3'")]),
        ("1", [("COPY", "--from=first /x /y"), ("USER", "7"), ("USER", "8:8")]),
    ]
    assert in_chroot.environment_of(stages[0]) == {"A": "1", "B": "2 3"}
    assert (stages[1].last("USER"), stages[1].last("VOLUME")) == ("8:8", "")
    with pytest.raises(ValueError, match="not with FROM"):
        in_chroot.stages_of("RUN x")


# -- the service of systemd


@pytest.fixture
def unit(tmp_path) -> Path:
    """The unit, with a program that is there."""
    made = tmp_path / "verbatim.service"
    text = (DEPLOY / "verbatim.service").read_text(encoding="utf-8")
    made.write_text(text.replace("/opt/verbatim/bin/verbatim", shutil.which("true")))
    return made


def analyze(*arguments) -> subprocess.CompletedProcess:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("There is no systemd-analyze")
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_systemd_takes_every_line_of_the_unit(unit):
    ran = analyze("verify", unit)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_service_gives_up_what_it_does_not_need(unit):
    ran = analyze("security", "--offline=true", "--threshold=20", unit)  # of 100; 16 by systemd 252

    assert ran.returncode == 0, ran.stdout


def test_the_service_runs_a_command_that_there_is(verbatim_options):
    text = (DEPLOY / "verbatim.service").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=/opt/verbatim/bin/verbatim (.*)$", text, re.MULTILINE)

    assert "--watch" in verbatim_options(command.split())


def test_nothing_in_deploy_names_a_registry_of_packages():
    for file in (*DEPLOY.iterdir(), ROOT / "docs" / "deploying.md"):
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"(?i)pypi|pythonhosted|download\.pytorch|index-url", text)
