# Holds a compose file to its schema as far as it is used here: known keys, volumes and profiles that exist, pinned images, no loose privileges.
import os
import re
import sys

import yaml

SERVICE = {
    "build", "image", "restart", "ports", "environment", "volumes", "stop_grace_period", "read_only", "tmpfs", "cap_drop", "security_opt",
    "ulimits", "profiles", "healthcheck", "network_mode", "command", "depends_on",
}

path = sys.argv[1]
with open(path, encoding="utf-8") as file:
    document = yaml.safe_load(file)

problems = []
unknown = set(document) - {"name", "services", "volumes"}
problems += [f"unknown key {key}" for key in sorted(unknown)]
declared = set(document.get("volumes") or {})
used = set()

for name, service in document["services"].items():
    problems += [f"{name}: unknown key {key}" for key in sorted(set(service) - SERVICE)]
    if "build" in service:
        context = os.path.join(os.path.dirname(path), service["build"]["context"])
        if not os.path.isfile(os.path.join(context, service["build"]["dockerfile"])):
            problems.append(f"{name}: there is no {service['build']['dockerfile']}")
    elif not re.search(r":[\w.-]+$", service.get("image", "")) or service["image"].endswith(":latest"):
        problems.append(f"{name}: the image has no fixed tag")
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        used.add(source)
        if source not in declared:
            problems.append(f"{name}: volume {source} is not declared")
    for dependency in service.get("depends_on", []):
        if dependency not in document["services"]:
            problems.append(f"{name}: depends on {dependency}, which is not there")
    for port in service.get("ports", []):
        if not re.fullmatch(r"(\d+\.\d+\.\d+\.\d+:)?\d+:\d+(/(udp|tcp))?", port):
            problems.append(f"{name}: port {port} is not HOST:CONTAINER")
    if service.get("privileged"):
        problems.append(f"{name}: is privileged")
    # A dollar that compose would take for a variable must be one.
    for match in re.finditer(r"\$(?!\{[A-Z_]+(:[-?][^}]*)?\})", yaml.safe_dump(service, width=10_000)):
        problems.append(f"{name}: a $ that is no variable, at {match.start()}")

problems += [f"volume {volume} is used by nobody" for volume in sorted(declared - used)]
if problems:
    sys.exit("\n".join(problems))
