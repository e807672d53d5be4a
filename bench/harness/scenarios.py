"""All scenarios, in the order of the report."""

from .blob_scenarios import BlobScenarios
from .list_scenarios import ListScenarios
from .view_scenarios import ViewScenarios
from .write_scenarios import WriteScenarios


def all_scenarios(*parts):
    """`parts` are a Maker's: data, contestants, Redis, scripts, work folder."""
    blobs, lists = BlobScenarios(*parts), ListScenarios(*parts)
    views, writes = ViewScenarios(*parts), WriteScenarios(*parts)
    return [
        blobs.healthz(),
        *(blobs.blob(label, size) for label, size in (
            ("4k", "4 KB"), ("32k", "32 KB"), ("256k", "256 KB"), ("1m", "1 MB"))),
        blobs.not_modified(),
        lists.list("list", "list page of ten", "normal", 10, is_quick=True),
        lists.hot_list("list-100", "list page of 100", "normal", 100),
        lists.list("pvdesc", "list by pv, ten", "pvdesc", 10),
        lists.hot_list("pvdesc-100", "list by pv, 100", "pvdesc", 100),
        lists.count(),
        views.view(),
        views.share_view(),
        views.ranking(),
        views.browse(),
        writes.md5_hit(),
        writes.md5_miss(),
        writes.login(),
        writes.upload(),
        writes.mix(),
    ]
