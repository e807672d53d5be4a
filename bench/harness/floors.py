"""Where picbed must get: each floor beside what was measured."""

import dataclasses

MIB_KIB = 1024


@dataclasses.dataclass(frozen=True)
class Floor:
    """One row: a figure, what it must at least (or at most) be, and whether it is."""

    what: str
    against: str
    measured: float
    bound: float
    is_maximum: bool = False
    unit: str = "×"

    @property
    def is_reached(self):
        return self.measured <= self.bound if self.is_maximum else self.measured >= self.bound

    def cells(self):
        sign = "≤" if self.is_maximum else "≥"
        unit = self.unit if self.unit == "×" else " " + self.unit
        return (
            self.what, self.against, f"{self.measured:.2f}{unit}", f"{sign} {self.bound:g}{unit}",
            "reached" if self.is_reached else "**not yet**")


# Scenario, load, peer: requests/s at least this many times the peer's, CPU a request at most this part.
RATIOS = [
    ("blob-4k", "64", "nginx", 1.3, 0.7),
    ("blob-32k", "64", "nginx", 1.15, 0.7),
    ("blob-32k", "256", "nginx", 1.0, None),
    ("blob-256k", "64", "nginx", 1.5, 0.5),
    ("blob-1m", "64", "nginx", 1.3, 0.85),
    ("list", "64", "webdis", 2.5, 0.35),
    ("list", "64", "nginx+lua", 2.5, 0.35),
    ("view", "64", "webdis", 1.8, 0.5),
    ("upload", "64", "nginx", 0.9, None),
]
CEILING_PART = 0.9


def all_of(results, extras):
    """The floors that this run measured something for."""
    by_name = {(result["scenario"], result["load"]): result for result in results}
    floors = []
    for scenario, load, peer, rps, cpu in RATIOS:
        result = by_name.get((scenario, load))
        if not result or peer not in result["figures"]:
            continue
        own, its = result["figures"]["picbed"], result["figures"][peer]
        what = f"{result['label']}, {load} connections"
        floors.append(Floor(f"{what}: requests/s", peer, own.rps / its.rps, rps))
        if cpu is not None:
            # Redis works for both where it works for one; for blobs it does nothing.
            floors.append(Floor(f"{what}: CPU", peer, own.cpu_us / its.cpu_us, cpu, is_maximum=True))
    for scenario, ceiling in extras.get("ceilings", {}).items():
        result = by_name.get((scenario, "64"))
        if result:
            floors.append(Floor(
                f"{result['label']}: requests/s", "redis-benchmark -P 1 of its script",
                result["figures"]["picbed"].rps / ceiling["rps"], CEILING_PART))
    return floors + _of_extras(extras)


def _of_extras(extras):
    floors = []
    if large := extras.get("large_upload"):
        floors.append(Floor(
            "upload of 20 MB: speed", "MD5 + SHA-256 on one core", large["hashing"] / large["picbed"], 0.85))
    if crowd := extras.get("crowd"):
        floors.append(Floor(
            f"{crowd['count']} uploads of {crowd['bytes'] >> 20} MB at once", "memory above idle",
            crowd["above_idle_kib"] / MIB_KIB, 64, is_maximum=True, unit="MiB"))
    if start := extras.get("start"):
        floors.append(Floor("RSS idle", "–", start["idle_rss_kib"] / MIB_KIB, 25, is_maximum=True, unit="MiB"))
        floors.append(Floor(
            "start to first answer", "Redis up already", start["first_answer_ms"], 50, is_maximum=True, unit="ms"))
    rates = extras.get("fixed_rate", {})
    if "picbed list" in rates and "nginx blob-4k" in rates:
        floors.append(Floor(
            "p99 of a list page at 70 % of peak, fixed rate", "nginx' p99 of 4 KB at its 70 %",
            rates["picbed list"]["p99_us"] / rates["nginx blob-4k"]["p99_us"], 1.5, is_maximum=True))
    return floors
