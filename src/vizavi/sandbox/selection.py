"""Partial responses: the `fields` selector."""

from __future__ import annotations

import re
from typing import Any

from vizavi.sandbox import errors

TOKEN = re.compile(r"[A-Za-z0-9_*.@:-]+|[,/()]")
Tree = dict[str, Any]


def parse(selector: str) -> Tree:
    compact = selector.replace(" ", "")
    tokens = TOKEN.findall(compact)
    if "".join(tokens) != compact:
        raise _bad(selector)
    tree = _group(tokens, selector)
    if tokens:
        raise _bad(selector)
    return tree


def _group(tokens: list[str], selector: str) -> Tree:
    tree: Tree = {}
    while True:
        _merge(tree, _path(tokens, selector))
        if not tokens or tokens[0] != ",":
            return tree
        tokens.pop(0)


def _path(tokens: list[str], selector: str) -> Tree:
    if not tokens or tokens[0] in ",/()":
        raise _bad(selector)
    name = tokens.pop(0)
    if tokens and tokens[0] == "/":
        tokens.pop(0)
        return {name: _path(tokens, selector)}
    if tokens and tokens[0] == "(":
        tokens.pop(0)
        inner = _group(tokens, selector)
        if not tokens or tokens.pop(0) != ")":
            raise _bad(selector)
        return {name: inner}
    return {name: {}}


def _merge(tree: Tree, other: Tree) -> None:
    for name, inner in other.items():
        if name in tree and tree[name] and inner:
            _merge(tree[name], inner)
        else:
            tree[name] = {} if name in tree else inner


def apply(data: Any, tree: Tree) -> Any:
    """Keep what the selector names; an empty branch means everything below."""
    if not tree:
        return data
    if isinstance(data, list):
        return [apply(item, tree) for item in data]
    if not isinstance(data, dict):
        return data
    kept = {}
    for name, value in data.items():
        branch = tree.get(name, tree.get("*"))
        if branch is not None:
            kept[name] = apply(value, branch)
    return kept


def _bad(selector: str) -> errors.ApiError:
    message = f"Invalid field selection {selector}"
    return errors.ApiError(400, "invalidParameter", message, location=("parameter", "fields"))
