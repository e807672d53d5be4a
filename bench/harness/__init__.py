"""The bench's harness: starts picbed and its peers on loopback, checks them, loads them, reports.

Python's standard library only. `bench/run` is the entry; bench/README.md says what is measured and how.
"""
