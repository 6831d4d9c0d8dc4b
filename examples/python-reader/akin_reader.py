#!/usr/bin/env python3
"""Reads an Akin snapshot with nothing but the standard library, by docs/snapshot-format.md.

    python3 akin_reader.py GRAPH.akin [TYPE:ID]

prints the schema, or the edges of one node, a line each: relation, direction, the other end, weight, time.
"""
import json, mmap, struct, sys

FORMATS = {1: "B", 2: "I", 3: "Q", 4: "q", 5: "f", 6: "d"}


class Graph:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, mark, version, _, content, count, table = struct.unpack_from("<8sIHHIIQ", self.data)
        assert magic == b"\x89AKIN\r\n\x1a" and mark == 0x01020304 and version == 1 and content == 1, "not a graph"
        self.sections = {}
        for number in range(count):
            kind, element, subject, part, _, offset, length, _ = struct.unpack_from(
                "<HHIIIQQQ", self.data, table + 40 * number)
            self.sections[kind, subject, part] = memoryview(self.data)[offset:offset + length].cast(FORMATS[element])
        self.schema = json.loads(bytes(self.sections[1, 0, 0]))

    def text(self, offsets, data, subject, index, part=0):
        start, end = self.sections[offsets, subject, part][index:index + 2]
        return bytes(self.sections[data, subject, part][start:end]).decode()

    def id(self, type, index):
        return self.text(2, 3, type, index)

    def label(self, type, index):
        return self.text(5, 6, type, index) if (5, type, 0) in self.sections else ""

    def attribute(self, type, number, index):
        kind = self.schema["nodeTypes"][type]["attributes"][number]["kind"]
        if kind in ("text", "url"):
            return self.text(8, 9, type, index, number) or None
        if kind in ("number", "time"):
            value = self.sections[11 if kind == "number" else 12, type, number][index]
            return None if value != value or value == 2**63 - 1 else value
        codes = self.sections[10, type, number]
        if kind == "category":
            return None if codes[index] == 0xFFFFFFFF else self.text(13, 14, type, codes[index], number)
        start, end = self.sections[8, type, number][index:index + 2]
        return [self.text(13, 14, type, code, number) for code in codes[start:end]] or None

    def edges(self, relation, direction, index):
        key = (relation, direction)
        start, end = self.sections[(16,) + key][index:index + 2]
        weights, times = self.sections.get((18,) + key), self.sections.get((20,) + key)
        base = self.schema["relations"][relation].get("timeBase", 0)
        for edge in range(start, end):
            time = None
            if times is not None and times.format == "I":
                time = None if times[edge] == 0xFFFFFFFF else base + times[edge]
            elif times is not None:
                time = None if times[edge] == 2**63 - 1 else times[edge]
            yield self.sections[(17,) + key][edge], 1.0 if weights is None else weights[edge], time


if __name__ == "__main__":
    graph = Graph(sys.argv[1])
    if len(sys.argv) < 3:
        print(json.dumps(graph.schema, indent=2, sort_keys=True))
    else:
        names = [type["name"] for type in graph.schema["nodeTypes"]]
        name, wanted = sys.argv[2].split(":", 1)
        type = names.index(name)
        node = next(i for i in range(graph.schema["nodeTypes"][type]["count"]) if graph.id(type, i) == wanted)
        for number, relation in enumerate(graph.schema["relations"]):
            for direction, (here, there) in enumerate([("source", "target"), ("target", "source")]):
                if relation[here] != type:
                    continue
                for other, weight, time in graph.edges(number, direction, node):
                    print(relation["name"], ("forward", "reverse")[direction],
                          graph.id(relation[there], other), weight, time, sep="\t")
