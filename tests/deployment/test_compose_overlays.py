"""What is laid over the compose file: valid alone and together, closed, limited, and naming what there is.

No container was ever started; Kafka's part of the secured one is run as a plain process by test_secured_compose.py.
"""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.settings import Settings, load_settings
from tests.deployment.compose import ROOT, document
from tests.deployment.prometheus import promtool
from tests.deployment.test_compose_file import faults_of

FOLDER = ROOT / "deploy" / "compose"
OVERLAYS = {
    "secured": ("secured.yml",),
    "watched": ("watched.yml",),
    "delivered": ("delivered.yml",),
    "staffed": ("staffed.yml",),
    "both": ("secured.yml", "watched.yml", "secured-watched.yml"),
}
Read = dict[str, Any]  # Any: YAML
TOGETHER = pytest.mark.parametrize("name", OVERLAYS)


def laid_over(below: Read, above: Read) -> Read:
    """As compose lays one file over another: mappings are merged, volumes are added, anything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            merged[key] = laid_over(known, value)
        elif key == "volumes" and isinstance(known, list):
            merged[key] = [*known, *value]
        else:
            merged[key] = value
    return merged


def together(name: str) -> Read:
    """The compose file with these laid over it."""
    merged = document()
    for file in OVERLAYS[name]:
        merged = laid_over(merged, yaml.safe_load((FOLDER / file).read_text("utf-8")))
    return merged


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*ed.yml")), ids=lambda path: path.name)
def test_each_file_is_valid_by_the_compose_specification(file: Path) -> None:
    assert faults_of(yaml.safe_load(file.read_text("utf-8"))) == []


@TOGETHER
def test_together_they_are_a_whole_installation(name: str) -> None:
    merged = together(name)
    assert faults_of(merged) == []
    services = merged["services"]
    for service in services.values():
        assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+\.\d+", service["image"])
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["logging"]["options"]["max-size"]
        assert set(service.get("depends_on", ())) <= set(services)
        assert set(service.get("networks", ())) <= set(merged["networks"])
    assert merged["networks"]["inside"] == {"internal": True}


@TOGETHER
def test_nothing_but_grafana_and_the_desk_are_reached_and_they_from_this_machine_alone(name: str) -> None:
    services = together(name)["services"]
    published = {each: service["ports"] for each, service in services.items() if "ports" in service}
    reached = {"grafana": ["127.0.0.1:3000:3000"], "console": ["127.0.0.1:8600:8600"]}
    assert published == {each: ports for each, ports in reached.items() if each in services}
    ours = {each: service for each, service in services.items() if re.match("harmwatch[:/]", service["image"])}
    reaching = {each for each, service in ours.items() if service["networks"] != ["inside"]}
    assert reaching == {each for each in ours if each.startswith(("deliver-", "console"))}


@TOGETHER
def test_every_setting_is_one_that_there_is_and_every_file_is_ours_or_made(name: str, tmp_path: Path) -> None:
    merged = together(name)
    known = {f"HARMWATCH_{setting.upper()}" for setting in Settings.model_fields}
    made = made_by_the_script(tmp_path)
    for service in merged["services"].values():
        settings = {key for key in service.get("environment", ()) if key.startswith("HARMWATCH_")}
        assert settings <= known
        for volume in service.get("volumes", ()):
            source, target, *_ = volume.split(":")
            if source.startswith("./secured/"):
                assert source.removeprefix("./secured/") in made
            elif source.startswith("./"):
                assert source in {"./secured", "./secrets", "./duty"} or (ROOT / source).exists(), source
            else:
                assert source in merged["volumes"]
            assert target.startswith("/")


def made_by_the_script(folder: Path) -> set[str]:
    """The names of what deploy/compose/secure.sh makes; the keys and passwords among it are their owner's alone."""
    subprocess.run(["sh", str(FOLDER / "secure.sh")], cwd=folder, check=True, capture_output=True, timeout=60)
    files = {path.name: path for path in (folder / "secured").iterdir()}
    for file, path in files.items():
        is_public = file in {"ca.pem", "kafka.pem", "valkey.pem"}
        assert path.stat().st_mode & 0o777 == (0o644 if is_public else 0o600), file
    assert "ca-key.pem" not in files, "a container that is given the folder must not sign certificates"
    assert folder.joinpath("ca-key.pem").stat().st_mode & 0o777 == 0o600
    assert "SHA256_OF" not in files["users.acl"].read_text("utf-8")
    for host in ("kafka", "valkey"):
        words = ["openssl", "verify", "-CAfile", "ca.pem", "-verify_hostname", host, f"{host}.pem"]
        done = subprocess.run(words, cwd=folder / "secured", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return set(files)


def test_the_key_of_an_earlier_ca_is_never_overwritten(tmp_path: Path) -> None:
    (key := tmp_path / "ca-key.pem").write_text("earlier")
    done = subprocess.run(["sh", str(FOLDER / "secure.sh")], cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert (done.returncode, key.read_text()) == (1, "earlier")
    assert not (tmp_path / "secured").exists()


def test_who_is_secured_has_a_login_and_no_password_stands_anywhere() -> None:
    services = together("both")["services"]
    for each in ("worker-1", "worker-2", "topics", "exporter"):
        given = services[each]["environment"]
        assert given["HARMWATCH_KAFKA_SECURITY"] == "sasl_tls"
        assert given["HARMWATCH_REDIS"].startswith("rediss://")
        role = given["HARMWATCH_KAFKA_USER"].removeprefix("harmwatch-")
        assert f"./secured/{role}-kafka:{given['HARMWATCH_KAFKA_PASSWORD_FILE']}:ro" in services[each]["volumes"]
        assert f"./secured/{role}-redis:{given['HARMWATCH_REDIS_PASSWORD_FILE']}:ro" in services[each]["volumes"]
    options = services["valkey"]["command"]
    assert options[options.index("--port") + 1] == "0"
    assert "password=" not in "".join((FOLDER / file).read_text("utf-8") for file in OVERLAYS["both"])


def test_prometheus_takes_its_file_and_asks_who_tells(tmp_path: Path) -> None:
    for source in (FOLDER / "prometheus.yml", ROOT / "deploy" / "prometheus" / "harmwatch.rules.yml"):
        (tmp_path / source.name).write_text(source.read_text("utf-8"))
    done = promtool("check", "config", "prometheus.yml", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    read, services = yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8")), together("watched")["services"]
    jobs = {job["job_name"]: job["static_configs"][0]["targets"] for job in read["scrape_configs"]}
    telling = {each for each, service in services.items() if "HARMWATCH_METRICS" in service.get("environment", ())}
    assert {target.partition(":")[0] for targets in jobs.values() for target in targets} == telling
    for each in telling:
        assert services[each]["environment"]["HARMWATCH_METRICS"] == "0.0.0.0:9460"
    for rule in re.findall(r'job="([^"]+)"', (tmp_path / "harmwatch.rules.yml").read_text("utf-8")):
        assert rule in jobs


@pytest.mark.parametrize("file", ["alertmanager.yml", "grafana/prometheus.yml", "grafana/dashboards.yml"])
def test_what_the_others_read_is_yaml(file: str) -> None:
    assert yaml.safe_load((FOLDER / file).read_text("utf-8"))


def test_the_desk_may_begin_with_what_its_file_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = together("staffed")["services"]["console"]
    assert service["volumes"] == ["./duty:/duty"]
    (tmp_path / "secret").touch(0o600)
    (tmp_path / "secret").write_text("5" * 64)
    for name, value in service["environment"].items():
        monkeypatch.setenv(name, value.replace("/duty/", f"{tmp_path}/"))
    settings = load_settings()
    assert settings.console_users == tmp_path / "users.json"
    assert str(settings.console_address) == "0.0.0.0:8600"
    assert service["build"]["args"] == {"PACKAGES": "extras"}
    assert (ROOT / "requirements" / "extras.txt").exists()
