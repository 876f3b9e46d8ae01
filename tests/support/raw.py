"""Raw objects for tests of the collector, from the XML a vCenter would send."""

from lxml import etree

from sync_agent.collector.reply import VIM, RawObject

HEAD = (
    f'<val xmlns="{VIM[1:-1]}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
)


def raw_object(
    type_: str, moid: str = "object-1", missing: dict[str, str] | None = None, **properties: str
) -> RawObject:
    """Return an object; properties by path with `__` for a dot, each the XML inside its value."""
    return RawObject(
        type=type_,
        moid=moid,
        properties={
            path.replace("__", "."): etree.fromstring(f"{HEAD}{inner}</val>")
            for path, inner in properties.items()
        },
        missing=missing or {},
    )
