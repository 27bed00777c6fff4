"""The image and the Compose file: what goes in, who runs it, what waits for what, and what can be reached.

No container engine is needed: the files are read (`tests.support.image_files`), and what the image would run is run
here, from a copy of the files that it would hold.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
import yaml

from api.settings import Settings
from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from tests.support.image_files import command_of, copy_code, environment_of, is_ignored, sources, stages, texts
from tests.support.servers import ROOT, Server, free_port, running_server
from tests.support.waiting import PATIENCE_S, until

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
MONGO, LOADER, API = (COMPOSE["services"][name] for name in ("mongo", "loader", "api"))
SERVICES = pytest.mark.parametrize("name", ["mongo", "loader", "api"])

MONGO_IS_READY = (
    "mongosh --quiet --eval ' "
    'if (db.hello().isreplicaset) rs.initiate({_id: "rs0", members: [{_id: 0, host: "mongo:27017"}]}); '
    "quit(db.hello().isWritablePrimary ? 0 : 1) "
    """'; status=$$?; rm -rf "$$HOME/.mongodb"; exit $$status"""
)


# The image.


def test_both_stages_have_the_same_python_so_that_the_environment_can_move() -> None:
    bases = [stage[0].text.split()[0] for stage in stages()]
    assert bases == ["python:3.11.15-slim-bookworm"] * 2


def test_the_environment_is_made_from_the_lock_file_without_tests_and_without_a_mongod() -> None:
    builder, _ = stages()
    assert "uv sync --locked --no-dev" in texts(builder, "RUN")
    assert environment_of(builder)["UV_COMPILE_BYTECODE"] == "1"


def test_the_final_stage_installs_nothing() -> None:
    _, final = stages()
    assert not re.search(r"\b(pip|uv|apt|apt-get|curl|wget)\b", " ".join(texts(final, "RUN")))
    assert [copy.flags for copy in final if copy.name == "COPY"] == [{"from": "builder"}] * 2


def test_nothing_is_fetched_from_an_address() -> None:
    instructions = [instruction for stage in stages() for instruction in stage]
    assert "ADD" not in {instruction.name for instruction in instructions}
    assert {host for each in instructions for host in re.findall(r"https?://([\w.]+)", each.text)} == {"127.0.0.1"}


def test_what_is_copied_is_in_the_repository_and_reaches_the_build() -> None:
    builder, final = stages()
    for source in sources(builder):
        assert (ROOT / source).exists(), source
        assert not is_ignored(source), source
    assert sources(final) == [environment_of(builder)["UV_PROJECT_ENVIRONMENT"], "/code"]
    assert "/code" in texts(builder, "WORKDIR")


@pytest.mark.parametrize(
    "path",
    [
        *(".env", ".git/config", ".data/mongo/WiredTiger", ".venv/bin/python", "Dockerfile"),
        *("docs/engineering/architecture.md", "tests/conftest.py", "web/node_modules/x/index.js"),
        *("api/__pycache__/app.cpython-311.pyc", "__pycache__/x.pyc"),
    ],
)
def test_the_build_does_not_see_settings_data_history_or_tests(path: str) -> None:
    assert is_ignored(path)


@pytest.mark.parametrize(
    "path",
    [
        "uv.lock",
        "api/app.py",
        "api/static/explorer/assets/index.js",
        "api/mcp/llms.txt",
        "docs/guide/ask.md",
        "seeds/data/baiyun.yaml",
    ],
)
def test_the_build_sees_what_it_needs(path: str) -> None:
    assert not is_ignored(path)


def test_the_image_runs_as_an_ordinary_user_named_by_number() -> None:
    _, final = stages()
    names = [instruction.name for instruction in final]
    [user] = texts(final, "USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert names.index("USER") < names.index("CMD")
    assert f"useradd --uid {user.partition(':')[0]} " in texts(final, "RUN")[0]


def test_the_image_says_which_port_it_serves() -> None:
    _, final = stages()
    environment = environment_of(final)
    assert (environment["HOST"], environment["PORT"]) == ("0.0.0.0", "8000")
    assert texts(final, "EXPOSE") == ["8000"]
    assert set(environment) - {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"} <= set(names_of_settings())


def test_the_image_serves_by_default() -> None:
    assert command_of("CMD") == ["python", "-m", "api"]


@pytest.mark.slow
def test_the_files_of_the_image_are_enough_to_load_and_to_serve(
    image: Path, settings: StoreSettings, database: Database, mongodb_uri: str
) -> None:
    port = str(free_port())
    environment = {
        **image_environment(port),
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": settings.mongodb_database,
    }
    loaded = subprocess.run(
        LOADER["command"], cwd=image, env=environment, check=True, capture_output=True, text=True, timeout=500
    )
    assert loaded.stdout == "published revision 1: 7 added, 0 changed, 0 removed, 0 unchanged\n"
    with subprocess.Popen(API["command"], cwd=image, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            wait_until_healthy(port)
            question = {"query": "{ districts { nodes { slug } } }"}
            answer = httpx2.post(f"http://127.0.0.1:{port}/graphql", json=question, timeout=PATIENCE_S).json()
            page = httpx2.get(f"http://127.0.0.1:{port}/graphql", headers={"Accept": "text/html"}, timeout=PATIENCE_S)
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE_S) == 0
    assert {"slug": "baiyun"} in answer["data"]["districts"]["nodes"]
    assert page.status_code == 200


def test_the_health_check_passes_while_the_server_answers(server: Server) -> None:
    assert check_health(server.url.rpartition(":")[2]) == 0


def test_the_health_check_asks_the_server_itself_whatever_proxy_is_set(server: Server) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert check_health(server.url.rpartition(":")[2], http_proxy=nobody, HTTP_PROXY=nobody) == 0


def test_the_health_check_fails_when_nothing_answers() -> None:
    assert check_health(str(free_port())) == 1


# The services.


def test_the_api_counts_as_healthy_only_once_it_has_data(server: Server, mongodb_uri: str) -> None:
    # On a busy machine it may take longer than the check waits, which is made again then, as Docker makes it.
    until(lambda: check_readiness(server) == 0, what="the API to count as healthy")
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": "empty"}) as empty:
        assert check_readiness(empty) == 1


def check_readiness(server: Server) -> int:
    """Run the check of the Compose file, on another port than the container's."""
    program, *arguments, code = API["healthcheck"]["test"][1:]
    address, own = "http://127.0.0.1:8000/", f"{server.url}/"
    assert address in code
    command = [program, *arguments, code.replace(address, own)]
    return subprocess.run(command, env=image_environment("8000"), capture_output=True, timeout=PATIENCE_S).returncode


def test_there_are_three_services() -> None:
    assert list(COMPOSE["services"]) == ["mongo", "loader", "api"]
    assert MONGO["image"] == "mongo:8.0.24"
    assert (LOADER["build"], API["build"]) == (".", ".")


def test_each_service_waits_for_the_one_before_it() -> None:
    assert "depends_on" not in MONGO
    assert LOADER["depends_on"] == {"mongo": {"condition": "service_healthy"}}
    assert API["depends_on"] == {"loader": {"condition": "service_completed_successfully"}}


def test_the_database_is_a_replica_set_that_its_clients_find_by_name() -> None:
    assert MONGO["command"] == ["--replSet", "rs0", "--bind_ip_all"]
    for service in (LOADER, API):
        assert service["environment"]["MONGODB_URI"] == "mongodb://mongo:27017/?replicaSet=rs0"


def test_the_database_counts_as_healthy_only_as_a_writable_primary() -> None:
    check = MONGO["healthcheck"]
    assert check["test"] == ["CMD-SHELL", MONGO_IS_READY]
    assert seconds(check["start_interval"]) < seconds(check["timeout"]) < seconds(check["interval"])


@pytest.mark.parametrize("status", [0, 1])
def test_the_databases_check_leaves_no_log_behind(tmp_path: Path, status: int) -> None:
    mongosh = tmp_path / "mongosh"
    mongosh.write_text(
        f'#!/bin/sh\nmkdir -p "$HOME/.mongodb/mongosh"\nprintf "%s" "$3" > "$HOME/asked"\nexit {status}\n'
    )
    mongosh.chmod(0o755)
    # Compose reads $$ as $.
    command = MONGO["healthcheck"]["test"][1].replace("$$", "$")
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.defpath}", "HOME": str(tmp_path)}
    assert subprocess.run(["/bin/sh", "-c", command], env=environment).returncode == status
    assert sorted(path.name for path in tmp_path.iterdir()) == ["asked", "mongosh"]
    assert (tmp_path / "asked").read_text().strip() == MONGO_IS_READY.split("'")[1].strip()


@SERVICES
def test_each_service_has_limits_that_fit_a_machine_of_two_cores_and_four_gigabytes(name: str) -> None:
    limits = COMPOSE["services"][name]["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory"}
    assert 0 < float(limits["cpus"]) <= 2
    assert re.fullmatch(r"512m|[12]g", limits["memory"])


def test_only_the_api_is_published_and_only_to_this_machine() -> None:
    assert API["ports"] == ["127.0.0.1:8000:8000"]
    for service in (MONGO, LOADER):
        assert not {"ports", "expose", "network_mode"} & set(service)
        assert service["networks"] == ["data"]
    assert COMPOSE["networks"]["data"]["internal"] is True


@SERVICES
def test_no_service_can_gain_rights_or_write_to_its_image(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert "/tmp" in service["tmpfs"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "devices", "pid", "ipc"} & set(service)


def test_no_service_runs_as_root() -> None:
    assert MONGO["user"] == "mongodb"
    assert "user" not in LOADER | API, "the image has its own"


def test_the_services_come_back_and_the_loader_runs_once() -> None:
    assert (MONGO["restart"], LOADER["restart"], API["restart"]) == ("unless-stopped", "no", "unless-stopped")
    assert LOADER["command"] == ["python", "-m", "seeds", "load"]
    assert LOADER["healthcheck"] == {"disable": True}
    assert API["command"] == [*command_of("CMD"), "--workers", "2"]


def test_the_data_outlives_the_containers() -> None:
    assert MONGO["volumes"] == ["mongo:/data/db"]
    assert "mongo" in COMPOSE["volumes"]


def test_services_have_the_time_they_need_to_stop() -> None:
    assert seconds(API["stop_grace_period"]) > Settings.model_fields["shutdown_timeout_s"].default
    assert seconds(MONGO["stop_grace_period"]) > 15


def test_a_local_env_file_cannot_move_the_api_out_of_its_container() -> None:
    assert API["env_file"] == [{"path": ".env", "required": False}]
    assert {name: API["environment"][name] for name in ("HOST", "PORT")} == {"HOST": "0.0.0.0", "PORT": "8000"}
    assert set(API["environment"]) <= set(names_of_settings())


def names_of_settings() -> list[str]:
    return [name.upper() for name in Settings.model_fields]


def seconds(duration: str) -> int:
    assert duration.endswith("s"), duration
    return int(duration.removesuffix("s"))


# What the image would run.


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The folder that the image would have as its /app, without the environment."""
    copy_code(tmp_path)
    return tmp_path


def image_environment(port: str) -> dict[str, str]:
    """The image's variables and no others, but for the address: a test listens on this machine only."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
    return {**environment_of(stages()[-1]), "PATH": path, "HOST": "127.0.0.1", "PORT": port}


def check_health(port: str, **more: str) -> int:
    environment = {**image_environment(port), **more}
    return subprocess.run(
        command_of("HEALTHCHECK"), env=environment, capture_output=True, timeout=PATIENCE_S
    ).returncode


def wait_until_healthy(port: str) -> None:
    until(lambda: check_health(port) == 0, what="a healthy server")
