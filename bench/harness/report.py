"""The results for people and for programs: a table of text with ratios, and JSON."""

import dataclasses
import json

COLUMNS = (
    "scenario", "conns", "server", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "CPU µs: server", "Redis",
    "peak MiB", "rps ×", "CPU ×", "errors")


def rows(results):
    """One row for each contestant; ratios are picbed's figure over the peer's, in the peer's row."""
    for result in results:
        figures = result["figures"]
        own = figures["picbed"]
        for name, its in figures.items():
            is_peer = name != "picbed"
            yield (
                result["label"], result["load"], name, f"{its.rps:,.0f}",
                *(f"{value / 1000:.2f}" for value in (its.p50_us, its.p99_us, its.p999_us)),
                f"{its.server_us:.1f}", f"{its.redis_us:.1f}", f"{its.peak_rss_kib / 1024:.0f}",
                f"{own.rps / its.rps:.2f}" if is_peer else "",
                f"{own.cpu_us / its.cpu_us:.2f}" if is_peer and its.cpu_us else "",
                str(its.errors) if its.errors else "")


def table(header, lines):
    """A Markdown table that reads well as plain text too: first and third columns left, numbers right."""
    lines = [header, *lines]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    is_text = [not any(line[column][:1].isdigit() for line in lines[1:]) for column in range(len(header))]

    def text(line):
        cells = (
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(line, widths, is_text))
        return "| " + " | ".join(cells) + " |"
    rule = "|" + "|".join(
        "-" * (width + 2) if left else "-" * (width + 1) + ":" for width, left in zip(widths, is_text)) + "|"
    return "\n".join([text(lines[0]), rule, *(text(line) for line in lines[1:])])


def head(record):
    changed = f" with {record['changed_files']} changed files" if record["changed_files"] else ""
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    return (
        f"commit {record['commit']}{changed}; {record['cpu']}, {record['cores']} cores, "
        f"{record['memory_mib']} MiB, {record['kernel']}, {record['file_system']}; {versions}\n"
        f"{record['command']}: medians of {record['rounds']} rounds of {record['seconds']} s, contestants in turn")


def print_results(record, results):
    print(head(record))
    print()
    print(table(COLUMNS, rows(results)))


def write_json(path, record, results, **more):
    """Everything, each round included."""
    plain = [
        result | {"figures": {name: dataclasses.asdict(its) for name, its in result["figures"].items()}}
        for result in results]
    path.write_text(json.dumps({"record": record, "results": plain, **more}, indent=1, ensure_ascii=False) + "\n")
