"""The results for people and for programs: a table of text with ratios, and JSON."""

import dataclasses
import json

COLUMNS = (
    "scenario", "conns", "server", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "CPU µs: server", "Redis",
    "peak MiB", "rps ×", "CPU ×", "errors")

CEILING_COLUMNS = ("script of", "requests/s", "Redis µs", "with -P 16", "picbed ×")
RATE_COLUMNS = ("what", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "errors")
SCALE_COLUMNS = ("call", "files", "p50 µs", "CPU µs: server", "Redis", "full script")
GROWTH_COLUMNS = (
    "site", "Redis GiB", "disk TiB", "Redis threads", "picbed cores", "uploads/s", "Gbit/s", "gives out, first first")
FLOOR_COLUMNS = ("what", "against", "measured", "floor", "")


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
    """A Markdown table that reads well as plain text too: columns of numbers to the right."""
    lines = [header, *lines]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    is_text = [
        not all(line[column][:1].isdigit() or not line[column] for line in lines[1:])
        for column in range(len(header))]

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
        f"{record['memory_mib']} MiB, load {record['load_before']} before, {record['kernel']}, "
        f"TCP {record['congestion_control']}, {record['file_system']}; {versions}\n"
        f"`{record['command']}`: medians of {record['rounds']} rounds of {record['seconds']} s, contestants in turn")


def text(record, results, extras, floors, capacity):
    """The whole report, as Markdown."""
    parts = [head(record)]
    if results:
        parts.append(table(COLUMNS, rows(results)))
    for title, header, lines in (
            ("Redis alone (redis-benchmark, 64 clients)", CEILING_COLUMNS, ceiling_rows(extras, results)),
            ("Fixed rate of arrivals, 70 % of peak", RATE_COLUMNS, rate_rows(extras)),
            ("Scale: one user holds and shares all files", SCALE_COLUMNS, scale_rows(extras)),
            ("Growth of a site (1×: a million files of 100 KB, 1,000 requests/s of the mix)", GROWTH_COLUMNS,
             growth_rows(capacity)),
            ("Where it must get", FLOOR_COLUMNS, [floor.cells() for floor in floors])):
        if lines := list(lines):
            parts += [title + ":", table(header, lines)]
    return "\n\n".join([*parts, *remarks(extras, capacity)])


def ceiling_rows(extras, results):
    own = {
        result["scenario"]: result["figures"]["picbed"].rps for result in results if result["load"] == "64"}
    for name, ceiling in extras.get("ceilings", {}).items():
        yield (
            name, f"{ceiling['rps']:,.0f}", f"{ceiling['redis_us']:.1f}", f"{ceiling['pipelined_rps']:,.0f}",
            f"{own[name] / ceiling['rps']:.2f}" if name in own else "")


def rate_rows(extras):
    for name, figures in extras.get("fixed_rate", {}).items():
        yield (
            name, f"{figures['rate']:,}",
            *(f"{figures[field] / 1000:.2f}" for field in ("p50_us", "p99_us", "p999_us", "max_us")),
            str(figures["errors"]) if figures["errors"] else "")


def scale_rows(extras):
    sizes = extras.get("scale", {}).get("sizes", [])
    for name in sizes[0]["calls"] if sizes else ():
        for at in sizes:
            call = at["calls"][name]
            yield (
                name, f"{at['files']:,}", f"{call['p50_us']:.0f}",
                *(f"{call[field]:.1f}" for field in ("server_us", "redis_us", "script_us")))


def growth_rows(capacity):
    for at in capacity["growth"] if capacity else ():
        yield (
            f"{at['times']:,}×", f"{at['redis_gib']:,.1f}", f"{at['disk_tib']:,.2f}", f"{at['redis_threads']:.2f}",
            f"{at['cores']:.2f}", f"{at['uploads']:,.0f}", f"{at['gbit']:.1f}",
            ", ".join(at["gives_out"]) or "nothing")


def remarks(extras, capacity):
    if large := extras.get("large_upload"):
        speed = {name: 20 / large[name] for name in ("hashing", "picbed", "nginx")}
        yield (
            f"One upload of 20 MB: {speed['picbed']:.0f} MB/s ({large['picbed_cpu']:.3f} s of CPU); MD5 + SHA-256 on "
            f"one core {speed['hashing']:.0f} MB/s, nginx DAV PUT (no hash, no fsync) {speed['nginx']:.0f} MB/s.")
    if crowd := extras.get("crowd"):
        yield (
            f"{crowd['count']} uploads of {crowd['bytes'] >> 20} MB at once: {crowd['above_idle_kib'] / 1024:.1f} MiB "
            f"above idle, {crowd['count'] * (crowd['bytes'] >> 20) / crowd['seconds']:.0f} MB/s.")
    if start := extras.get("start"):
        yield (
            f"Start to first answer: {start['first_answer_ms']:.1f} ms; "
            f"idle RSS {start['idle_rss_kib'] / 1024:.1f} MiB.")
    if scale := extras.get("scale"):
        largest = scale["sizes"][-1]
        yield (
            f"With {largest['files']:,} files: {largest['bytes_per_file']:.0f} bytes of Redis memory a file, "
            f"{largest['bytes_per_share']:.0f} more where it is shared; append-only file "
            f"{largest['aof_bytes'] / 2**20:,.0f} MiB; {scale['restart_seconds']:.1f} s from start to first answer.")
    if capacity:
        yield (
            f"This machine holds {capacity['files'] / 1e6:,.0f} million files, serves {capacity['requests']:,.0f} "
            f"requests/s of the mix ({capacity['blobs']:,.0f} blobs of 32 KB, or {capacity['pages']:,.0f} pages) and "
            f"takes {capacity['uploads']:,.0f} durable uploads/s.")


def write_json(path, record, results, extras, floors, capacity):
    """Everything, each round included."""
    plain = [
        result | {"figures": {name: dataclasses.asdict(its) for name, its in result["figures"].items()}}
        for result in results]
    whole = {
        "record": record, "results": plain, "extras": extras, "capacity": capacity,
        "floors": [dataclasses.asdict(floor) | {"is_reached": floor.is_reached} for floor in floors]}
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
