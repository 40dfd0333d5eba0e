#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The counting law (docs/counting.md) read a second time, as plainly as it can be written and without a thought for
speed. Takes one JSON array of spans a line and prints the rollup of that trace a line. src/trace/derive_property_test.cpp
compares the product with it."""
import json
import sys

BUCKETS = ("input_fresh", "cache_read", "cache_write", "audio_in", "output_text", "reasoning", "audio_out")
KEY_CLASSES = ("none", "metadata", "room", "conversation", "gen_ai_conversation", "traceloop", "session", "product")
FIRST_TEXTS = ("session_id", "conversation_id", "project", "stream_session", "title", "client", "repo")


def one_version_each(spans):
    chosen = {}
    for span in spans:
        best = chosen.get(span["id"])
        if best is None or version(span) > version(best):
            chosen[span["id"]] = span
    return chosen


def version(span):
    return (span["end"], span["size"], span["digest"])


def moment(span):
    return (span["start"], span["id"])


def parents(spans):
    """Span id -> id of its parent, or None. Cycles are opened above their earliest span."""
    parent = {i: s["parent"] if s["parent"] in spans else None for i, s in spans.items()}
    for start in spans:
        path = []
        at = start
        while at is not None and at not in path:
            path.append(at)
            at = parent[at]
        if at is not None:
            cycle = path[path.index(at):]
            parent[min(cycle, key=lambda i: moment(spans[i]))] = None
    return parent


class Tree:
    def __init__(self, spans):
        self.spans = spans
        self.parent = parents(spans)
        self.children = {i: [c for c in spans if self.parent[c] == i] for i in spans}

    def below(self, i):
        return [d for c in self.children[i] for d in [c] + self.below(c)]

    def models_below(self, i):
        """Models below without a tool or an agent between."""
        found = []
        for child in self.children[i]:
            if self.spans[child]["class"] in ("tool", "agent"):
                continue
            if self.spans[child]["class"] == "model":
                found.append(child)
            found += self.models_below(child)
        return found

    def is_model(self, i):
        return self.spans[i]["class"] == "model"

    def has_usage(self, i):
        return sum(self.spans[i]["usage"] or []) > 0

    def is_aggregate(self, i):
        beneath = self.models_below(i) if self.is_model(i) else self.below(i)
        return any(self.has_usage(b) for b in beneath)

    def has_cost(self, i):
        source = self.spans[i]["cost_source"]
        return source == "reported" or (source == "computed" and not self.is_aggregate(i))

    def usage_counts(self, i):
        return self.has_usage(i) and not self.is_aggregate(i)

    def cost_counts(self, i):
        if not self.has_cost(i):
            return False
        if self.usage_counts(i):
            return True
        if self.is_model(i) and not self.is_aggregate(i):
            return not any(self.has_cost(m) for m in self.models_below(i))
        return not any(self.has_cost(b) for b in self.below(i))


def observed(spans, values_of):
    seen = []
    for span in spans:
        for value in sorted(set(values_of(span))):
            if value and all(value != o["value"] for o in seen):
                seen.append({"value": value, "first": span["start"], "by": span["id"]})
    return seen


def rollup(all_spans):
    spans = one_version_each(all_spans)
    tree = Tree(spans)
    in_order = sorted(spans.values(), key=moment)
    counted = [s for s in in_order if tree.usage_counts(s["id"])]
    paid = [s for s in in_order if tree.cost_counts(s["id"])]
    root = next(s for s in in_order if tree.parent[s["id"]] is None)
    key_class = max(KEY_CLASSES.index(s["key_class"]) for s in in_order)
    errors = sum(s["status"] == "error" for s in in_order)
    result = {
        "started_at": in_order[0]["start"],
        "ended_at": max(s["end"] for s in in_order),
        "span_count": len(spans),
        "error_count": errors,
        "counted_count": len(counted),
        "unpriced_count": sum(s["cost_source"] == "none" for s in counted),
        "usage": [sum(s["usage"][b] for s in counted) for b in range(len(BUCKETS))],
        "cost": [sum(s["cost"][c] for s in paid) for c in range(3)],
        "key_class": KEY_CLASSES[key_class],
        "session_key": next(s["session_key"] for s in in_order if s["key_class"] == KEY_CLASSES[key_class]),
        "root": root["id"],
        "name": root["name"],
        "operation": root["operation"],
        "status": "error" if errors else root["status"],
        "users": observed(in_order, lambda s: [s["user"]]),
        "tags": observed(in_order, lambda s: s["tags"]),
        "models": sorted({s["response_model"] or s["request_model"] for s in in_order} - {""}),
        "providers": sorted({s["provider"] for s in in_order} - {""}),
    }
    for text in FIRST_TEXTS:
        result[text] = next((s[text] for s in in_order if s[text]), "")
    return result


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(rollup(json.loads(line))))
