"""The checks of a lab as JUnit XML, which CI systems show."""

import re
import xml.etree.ElementTree as ET

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (2.2)."""


def junit(result) -> str:
    """`result` is a `sim.lab.run.Result`; the time of a case is the virtual instant at which it was decided."""
    failed = str(len(result.failed()))
    counts = {"tests": str(len(result.checks)), "failures": failed, "errors": "0", "skipped": "0"}
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", {"name": clean(result.name), **counts,
                                                "time": f"{result.duration:.3f}"})
    properties = ET.SubElement(suite, "properties")
    for name, value in (("seed", result.seed), ("events", result.counted), ("hash", result.hash)):
        ET.SubElement(properties, "property", {"name": name, "value": str(value)})
    for check in result.checks:
        case = ET.SubElement(suite, "testcase", {
            "name": clean(check.name), "classname": f"lab.{clean(result.name)}", "time": f"{check.at / 1e6:.3f}"})
        if check.passed:
            ET.SubElement(case, "system-out").text = clean(check.said)
        else:
            message = ET.SubElement(case, "failure", {"message": clean(check.said), "type": check.kind})
            message.text = clean(f"line {check.line}: {check.said}" if check.line else check.said)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def clean(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", text)
