"""The chart renders, every document fits Kubernetes' own schemas, and wrong values are refused."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import helm_python
import kubernetes_validate  # type: ignore[import-untyped]
import pytest

CHART = Path(__file__).parents[2] / "helm"
KUBERNETES = ["1.27", "1.31", "1.37"]
ERROR = 3
REPLICAS = [{"host": "replica-1.db"}, {"host": "replica-2.db", "port": 5433}, {"host": "10.0.0.3"}]
VALUES = {"externalDatabase": {"primary": {"host": "primary.db"}, "readReplicas": REPLICAS}}
VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "plain job, no Redis": {"migration": {"useHelmHooks": False}, "redis": {"existingSecret": ""}},
    "nothing optional": {
        "api": {"keyRequired": False},
        "migration": {"enabled": False},
        "podDisruptionBudget": {"enabled": False},
        "serviceAccount": {"create": False},
        "topologySpread": [],
    },
    "everything": {
        "config": {"VMINER_LOG_LEVEL": "info", "VMINER_POOL_SIZE": 12, "VMINER_QUIET": True},
        "image": {"repository": "registry.test/vminer", "tag": "1.2.3"},
        "imagePullSecrets": [{"name": "pull"}],
        "agent": {"workers": 4},
        "priorityClassName": "high",
        "podLabels": {"team": "virtualization"},
        "podAnnotations": {"example.test/scrape": "true"},
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "tolerations": [{"key": "dedicated", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "serviceAccount": {"annotations": {"example.test/role": "reader"}},
        "podDisruptionBudget": {"maxUnavailable": "50%"},
    },
}


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(deepcopy(base))
    for key, value in changes.items():
        inner = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = merged(result[key], value) if inner else value
    return result


def render(changes: Mapping[str, Any] | None = None) -> dict[str, str]:
    with helm_python.Chart.load(CHART) as chart:
        return chart.render(merged(VALUES, changes or {}), name="vminer", namespace="inventory")


def documents(changes: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    manifests = [text for path, text in render(changes).items() if path.endswith(".yaml")]
    return [helm_python.values_from_yaml(text) for text in manifests if text.strip()]


def find(kind: str, name: str, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    (found,) = [
        document
        for document in documents(changes)
        if (document["kind"], document["metadata"]["name"]) == (kind, name)
    ]
    return found


def pods(changes: Mapping[str, Any] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    for document in documents(changes):
        if document["kind"] in {"Deployment", "Job"}:
            yield document["metadata"]["name"], document["spec"]["template"]["spec"]


def container(name: str, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    (only,) = dict(pods(changes))[name]["containers"]
    return dict(only)


def environment(name: str, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {entry["name"]: entry for entry in container(name, changes)["env"]}


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS.keys())
def test_every_document_fits_the_schema_of_kubernetes(
    changes: dict[str, Any], version: str
) -> None:
    rendered = documents(changes)

    assert {document["kind"] for document in rendered} >= {"Deployment", "Service", "ConfigMap"}
    for document in rendered:
        kubernetes_validate.validate(document, version, strict=True)


@pytest.mark.parametrize("values", [{}, VALUES], ids=["defaults", "real values"])
def test_lint_finds_no_error(values: dict[str, Any]) -> None:
    report = helm_python.lint(CHART, values)

    assert report["errors"] == []
    assert [item for item in report["messages"] if item["severity"] >= ERROR] == []


def test_private_key_is_given_to_agents_only() -> None:
    holders = [name for name, pod in pods() if "credentials-private-key" in str(pod)]

    assert holders == ["vminer-agent"]
    assert "VMINER_CREDENTIALS_PRIVATE_KEY" in environment("vminer-agent")
    assert "VMINER_CREDENTIALS_PUBLIC_KEY" in environment("vminer-api")


def test_every_replica_of_the_list_reaches_the_api() -> None:
    urls = environment("vminer-api")["VMINER_REPLICA_URLS"]["value"]

    assert urls.split(",") == [
        "postgresql://vminer:$(DATABASE_PASSWORD)@replica-1.db:5432/vminer",
        "postgresql://vminer:$(DATABASE_PASSWORD)@replica-2.db:5433/vminer",
        "postgresql://vminer:$(DATABASE_PASSWORD)@10.0.0.3:5432/vminer",
    ]


def test_tls_mode_is_part_of_every_database_url() -> None:
    variables = environment("vminer-api", {"externalDatabase": {"sslMode": "verify-full"}})

    for name in ("VMINER_PRIMARY_URL", "VMINER_REPLICA_URLS"):
        assert all(url.endswith("?ssl=verify-full") for url in variables[name]["value"].split(","))


@pytest.mark.parametrize("name", ["vminer-api", "vminer-agent", "vminer-scheduler"])
def test_a_variable_is_defined_before_the_url_that_expands_it(name: str) -> None:
    known: set[str] = set()
    for entry in container(name)["env"]:
        assert set(re.findall(r"\$\((\w+)\)", entry.get("value", ""))) <= known
        known.add(entry["name"])


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS.keys())
def test_pods_meet_the_restricted_security_standard(changes: dict[str, Any]) -> None:
    for name, pod in pods(changes):
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        (only,) = pod["containers"]
        assert only["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert only["volumeMounts"] == [{"name": "tmp", "mountPath": "/tmp"}], name
        size = "4Gi" if name.endswith("-api") else "256Mi"
        assert pod["volumes"] == [{"name": "tmp", "emptyDir": {"sizeLimit": size}}], name


@pytest.mark.parametrize(
    ("changes", "host", "is_required"),
    [({}, "0.0.0.0", "true"), ({"api": {"keyRequired": False}}, "127.0.0.1", "false")],
    ids=["keys", "no keys"],
)
def test_api_listens_beyond_its_pod_only_where_every_request_needs_a_key(
    changes: dict[str, Any], host: str, is_required: str
) -> None:
    variables = environment("vminer-api", changes)
    notes = render(changes)["vminer/templates/NOTES.txt"]

    assert variables["VMINER_API_HOST"]["value"] == host
    assert variables["VMINER_API_KEY_REQUIRED"]["value"] == is_required
    assert ("vminer keys create" in notes) == (is_required == "true")
    assert ("loopback only" in notes) == (is_required == "false")
    assert "port-forward service/vminer-api 8000:8000" in notes


def test_api_is_probed_from_inside() -> None:
    api = container("vminer-api")

    for probe, path in {"readinessProbe": "readyz", "livenessProbe": "healthz"}.items():
        url = f"http://127.0.0.1:8000/{path}"
        assert api[probe]["exec"]["command"] == ["vminer", "healthcheck", url]


def test_processes_get_their_time_to_stop() -> None:
    grace = {name: pod.get("terminationGracePeriodSeconds") for name, pod in pods()}

    assert grace["vminer-api"] == 45
    assert grace["vminer-agent"] == 120


def test_each_agent_worker_has_a_metrics_port() -> None:
    agent = container("vminer-agent", {"agent": {"workers": 3}})

    assert agent["args"] == ["agent", "--workers", "3"]
    assert [port["containerPort"] for port in agent["ports"]] == [9464, 9465, 9466]


def test_changed_config_restarts_the_pods() -> None:
    def checksum(changes: dict[str, Any]) -> str:
        template = find("Deployment", "vminer-api", changes)["spec"]["template"]
        return str(template["metadata"]["annotations"]["checksum/config"])

    assert checksum({}) == checksum({"api": {"replicas": 5}})
    assert checksum({}) != checksum({"config": {"VMINER_LOG_LEVEL": "debug"}})


def test_migration_hook_needs_nothing_that_the_chart_creates_later() -> None:
    job = find("Job", "vminer-migrate", {"config": {"VMINER_PARTITIONS": 32}})
    pod = job["spec"]["template"]["spec"]
    (migrate,) = pod["containers"]

    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert "serviceAccountName" not in pod
    assert "envFrom" not in migrate
    assert {"name": "VMINER_PARTITIONS", "value": "32"} in migrate["env"]
    assert (job["spec"]["backoffLimit"], job["spec"]["activeDeadlineSeconds"]) == (3, 600)


def test_plain_migration_job_gets_a_new_name_with_a_new_image() -> None:
    def name(tag: str) -> str:
        changes = {"migration": {"useHelmHooks": False}, "image": {"tag": tag}}
        (job,) = [document for document in documents(changes) if document["kind"] == "Job"]
        assert "annotations" not in job["metadata"]
        return str(job["metadata"]["name"])

    assert name("1") == name("1")
    assert name("1") != name("2")


@pytest.mark.parametrize(
    ("count", "warned"), [(0, True), (2, True), (3, False), (5, False), (6, True)]
)
def test_notes_warn_outside_three_to_five_replicas(count: int, warned: bool) -> None:
    replicas = [{"host": f"replica-{number}.db"} for number in range(count)]

    notes = render({"externalDatabase": {"readReplicas": replicas}})["vminer/templates/NOTES.txt"]

    assert ("3 to 5 are recommended" in notes) == warned
    assert "port-forward service/vminer-api 8000:8000" in notes


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"api": {"replicas": "three"}}, "at '/api/replicas': got string, want integer"),
        (
            {"externalDatabase": {"primary": {"host": ""}}},
            "externalDatabase.primary.host is missing: name the PostgreSQL primary",
        ),
        ({"externalDatabase": {"primary": {"host": None}}}, "missing property 'host'"),
        ({"rabbitmq": {"existingSecret": ""}}, "rabbitmq.existingSecret is missing: name a Secret"),
        (
            {"externalDatabase": {"readReplicas": [{"host": "primary.db"}]}},
            "externalDatabase.readReplicas names the primary primary.db",
        ),
        ({"externalDatabase": {"readReplicas": [{"port": 5432}]}}, "missing property 'host'"),
        ({"config": {"VMINER_API_HOST": "0.0.0.0"}}, "invalid propertyName 'VMINER_API_HOST'"),
        (
            {"config": {"VMINER_API_KEY_REQUIRED": False}},
            "invalid propertyName 'VMINER_API_KEY_REQUIRED'",
        ),
        ({"agents": {}}, "additional properties 'agents' not allowed"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
def test_a_wrong_value_is_refused_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(helm_python.HelmError) as refusal:
        render(changes)

    assert sentence in str(refusal.value)


def test_schema_of_the_values_refers_to_no_other_file() -> None:
    with helm_python.Chart.load(CHART) as chart:
        schema = str(chart.schema)
        assert chart.dependencies == []

    assert set(re.findall(r"'\$ref': '([^#']*)#", schema)) == {""}
