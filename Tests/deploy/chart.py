#!/usr/bin/env python3
"""Checks deploy/helm/ix-worker: by helm's linter, by the manifests' schemas, and by what the manifests have to say.

  chart.py HELM KUBERNETES-VALIDATE ROOT
"""
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

FULL = """
replicas: 3
workers: 7
graceSeconds: 90
image: {repository: registry.example/ix-worker, tag: "1", pullPolicy: Always}
imagePullSecrets: [{name: pull}]
configuration: |
  [pipelines.hello]
  kind = "echo"
environment: [{name: IX_LOG_LEVEL, value: debug}]
environmentFrom: [{secretRef: {name: more}}]
migrate: {secret: owner, key: address, deadlineSeconds: 60}
service: {type: NodePort, annotations: {a: b}}
networkPolicy:
  enabled: true
  from: [{namespaceSelector: {matchLabels: {team: a}}}]
  egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]
autoscaling: {enabled: true}
serviceAccountName: worker
podAnnotations: {c: d}
podLabels: {e: f}
nodeSelector: {disk: fast}
tolerations: [{key: jobs, operator: Exists}]
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: g, operator: Exists}]}]}}}
topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}
extraVolumes: [{name: data, emptyDir: {}}]
extraVolumeMounts: [{name: data, mountPath: /data}]
"""
# Settings that the chart refuses, and a word of the refusal.
REFUSED = [("workers=0", "workers"), ("workers=1001", "workers"), ("replicas=-1", "replicas"), ("wrokers=4", "wrokers"),
           ("database.secret=", "secret"), ("networkPolicy.databasePorts[0]=70000", "databasePorts")]


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stdout + done.stderr


def must(*words):
    status, text, everything = run(*words)
    if status:
        sys.exit(f"chart: {' '.join(words)[:200]}: exit {status}\n{everything[-3000:]}")
    return text


def expect(is_so, what):
    if not is_so:
        sys.exit(f"chart: not so: {what}")


def manifests(text):
    return {document["kind"]: document for document in yaml.safe_load_all(text) if document}


def look(kinds, grace, workers):
    """What holds for any values: the checks of the daemon, its walls, its end, and the migration before it."""
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    daemon = pod["containers"][0]
    expect(pod["terminationGracePeriodSeconds"] > grace, "Kubernetes waits longer than the daemon's grace")
    probes = [daemon[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")]
    expect(probes == ["/startupz", "/livez", "/readyz"], f"the probes are {probes}")
    values = {item["name"]: item for item in daemon["env"]}
    expect(values["IX_WORKER_COUNT"]["value"] == str(workers), "the number of workers")
    expect(values["IX_WORKER_GRACE_SECONDS"]["value"] == str(grace), "the grace")
    expect("secretKeyRef" in values["IX_POSTGRES_URL"]["valueFrom"], "the address is in a secret")
    for spec in pods(kinds):
        expect(spec["securityContext"]["runAsNonRoot"] and not spec["automountServiceAccountToken"], "no root, no token")
        walls = spec["containers"][0]["securityContext"]
        expect(walls["readOnlyRootFilesystem"] and walls["capabilities"] == {"drop": ["ALL"]}, "the container's walls")
    expect(kinds["Job"]["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade", "migrates before the daemons")
    labels = kinds["Deployment"]["spec"]["selector"]["matchLabels"]
    other = kinds["Job"]["spec"]["template"]["metadata"]["labels"]
    expect(not labels.items() <= other.items(), "the migration's pod is none of the daemons'")


def pods(kinds):
    return [kinds[kind]["spec"]["template"]["spec"] for kind in ("Deployment", "Job")]


def look_at_additions(kinds):
    """What FULL adds to the daemons is there for the migration, too: a certificate of the database's, say."""
    for spec in pods(kinds):
        container = spec["containers"][0]
        name = container["name"]
        expect(container["env"][-1] == {"name": "IX_LOG_LEVEL", "value": "debug"}, f"{name} has the variable, and has it last")
        expect(container["envFrom"] == [{"secretRef": {"name": "more"}}], f"{name} has the secret's variables")
        expect({"name": "data", "mountPath": "/data"} in container["volumeMounts"], f"{name} has the volume's place")
        expect({"name": "data", "emptyDir": {}} in spec["volumes"], f"the pod of {name} has the volume")


def main(helm, validate, root):
    chart = f"{root}/deploy/helm/ix-worker"
    number = re.search(r'static let number = "(.*)"', pathlib.Path(root, "Sources/IXCommand/Version.swift").read_text())[1]
    described = yaml.safe_load(pathlib.Path(chart, "Chart.yaml").read_text())
    expect(described["appVersion"] == number, f"appVersion is the program's version, {number}")
    must(helm, "lint", "--strict", "--quiet", chart)
    with tempfile.TemporaryDirectory() as folder:
        full = pathlib.Path(folder, "full.yaml")
        full.write_text(FULL)
        must(helm, "lint", "--strict", "--quiet", "--values", str(full), chart)
        for name, options in (("default", []), ("full", ["--values", str(full)])):
            file = pathlib.Path(folder, f"{name}-manifests.yaml")
            file.write_text(must(helm, "template", "jobs", chart, "--namespace", "ix", *options))
            must(validate, "--quiet", str(file))
        default = manifests(pathlib.Path(folder, "default-manifests.yaml").read_text())
        everything = manifests(pathlib.Path(folder, "full-manifests.yaml").read_text())
    look(default, 30, 10)
    look(everything, 90, 7)
    look_at_additions(everything)
    expect(set(default) == {"ConfigMap", "Deployment", "Job", "Service", "PodDisruptionBudget"}, f"by default {set(default)}")
    expect(set(everything) - set(default) == {"NetworkPolicy", "HorizontalPodAutoscaler"}, f"in full {set(everything)}")
    expect("replicas" not in everything["Deployment"]["spec"], "an autoscaler's number of replicas is left alone")
    expect("hello" in everything["ConfigMap"]["data"]["ix-worker.toml"], "the configuration is in the map")
    marks = [k["Deployment"]["spec"]["template"]["metadata"]["annotations"]["checksum/configuration"] for k in (default, everything)]
    expect(marks[0] != marks[1], "another configuration replaces the pods")
    for setting, word in REFUSED:
        status, _, said = run(helm, "template", "jobs", chart, "--set", setting)
        expect(status != 0 and word in said, f"{setting} is refused: {said[-300:]}")
    must(helm, "package", "--destination", f"{root}/.build/linters", chart)
    print(f"chart: {len(default)} manifests by default, {len(everything)} in full, {len(REFUSED)} bad values refused")


if __name__ == "__main__":
    main(*sys.argv[1:])
