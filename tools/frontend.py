"""Put the browser files of the pinned npm packages under the static folder (after `npm ci --ignore-scripts`)."""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "vizavi" / "web" / "static" / "vendor"

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler/tabler.min.js",
    "@tabler/core/LICENSE": "tabler/LICENSE",
    "@tabler/icons-webfont/dist/tabler-icons.min.css": "icons/tabler-icons.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2": "icons/fonts/tabler-icons.woff2",
    "@tabler/icons-webfont/LICENSE": "icons/LICENSE",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "@event-calendar/build/dist/event-calendar.min.css": "event-calendar/event-calendar.min.css",
    "@event-calendar/build/dist/event-calendar.min.js": "event-calendar/event-calendar.min.js",
    "@event-calendar/build/LICENSE": "event-calendar/LICENSE",
    "sortablejs/Sortable.min.js": "sortable/sortable.min.js",
    "sortablejs/LICENSE": "sortable/LICENSE",
}
SOURCE_MAP = re.compile(r"/[*/]# sourceMappingURL=\S+( \*/)?\s*$")


def copy(source: Path, target: Path) -> None:
    """Copy one file; the pointer to a source map, which is not shipped, is dropped."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix in {".css", ".js"}:
        target.write_text(SOURCE_MAP.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        shutil.copyfile(source, target)


def main() -> int:
    missing = [name for name in FILES if not name.endswith("LICENSE") and not (PACKAGES / name).exists()]
    if missing:
        print("Run `npm ci --ignore-scripts` first; missing: " + ", ".join(missing), file=sys.stderr)
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    present = {name: target for name, target in FILES.items() if (PACKAGES / name).exists()}
    for name, target in present.items():
        copy(PACKAGES / name, VENDOR / target)
    print(f"{len(present)} front-end files in {VENDOR.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
