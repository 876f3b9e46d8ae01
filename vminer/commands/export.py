"""`vminer export csv|ndjson|xlsx|rvtools`: whole lists as files, straight from the replicas.

Nothing is left half written: a file has its name once it is whole.
"""

import sys
from collections.abc import Sequence
from contextlib import aclosing, closing
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from graphql_api.documents import Documents
from graphql_api.export.body import body_of
from graphql_api.export.encoders import FORMATS
from graphql_api.export.plan import plan_of
from graphql_api.export.reading import Reader, Where
from graphql_api.export.workbook import ExcelFile
from graphql_api.schema import core_schema
from runtime.errors import InvalidArgumentError, NotFoundError
from vminer.commands.export_file import bar, export, whole_file
from vminer.rvtools.book import write_book

app = typer.Typer(help="Write whole lists into files.", no_args_is_help=True)

DocumentFile = Annotated[
    Path, typer.Option("-f", "--file", exists=True, dir_okay=False, help="The GraphQL document.")
]
VariablesFile = Annotated[
    Path | None,
    typer.Option("-v", "--variables", exists=True, dir_okay=False, help="Its variables, in JSON."),
]
Output = Annotated[Path, typer.Option("-o", "--output", help="The file to write.")]
Operation = Annotated[str | None, typer.Option(help="Which operation, where there are several.")]
Rows = Annotated[str, typer.Option(help="A list whose elements have a row each, as disks.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that exists.")]


@app.command("csv")
def csv_(
    file: DocumentFile,
    output: Output,
    variables: VariablesFile = None,
    operation: Operation = None,
    rows: Rows = "",
    force: Force = False,
) -> None:
    """Write a list as CSV: UTF-8, with a header."""
    _list("csv", file, variables, operation, rows, output, force)


@app.command()
def ndjson(
    file: DocumentFile,
    output: Output,
    variables: VariablesFile = None,
    operation: Operation = None,
    force: Force = False,
) -> None:
    """Write a list as lines of JSON, each object as it is selected."""
    _list("ndjson", file, variables, operation, "", output, force)


@app.command()
def xlsx(
    file: DocumentFile,
    output: Output,
    variables: VariablesFile = None,
    operation: Operation = None,
    rows: Rows = "",
    force: Force = False,
) -> None:
    """Write a list as an Excel workbook."""
    _list("xlsx", file, variables, operation, rows, output, force)


@app.command()
def rvtools(
    output: Output,
    vcenter: Annotated[
        list[str] | None, typer.Option(help="A vCenter by name; give one or more; else all.")
    ] = None,
    force: Force = False,
) -> None:
    """Write the estate as a workbook with RVTools' sheets and columns (docs/rvtools.md)."""

    async def work(reader: Reader, documents: Documents) -> None:
        walked = _chosen(await reader.walk_all(), vcenter)
        with ExcelFile(part) as book, bar(len(walked)) as tell:
            await write_book(book, reader, documents, walked, tell)

    with whole_file(output, force=force) as part:
        export(work)
    print(f"{output} is written.", file=sys.stderr)


def _list(
    format_: str,
    file: Path,
    variables: Path | None,
    operation: str | None,
    rows: str,
    output: Path,
    force: bool,
) -> None:
    values, text = _variables(variables), file.read_text(encoding="utf-8")

    async def work(reader: Reader, documents: Documents) -> None:
        document = documents.prepare(text)
        size = reader.settings.export_page_rows
        plan = plan_of(core_schema, document, values, operation, page_rows=size)
        walked = await reader.walk([plan])
        encoder = FORMATS[format_].encoder(plan, rows)
        with closing(encoder), part.open("wb") as written, bar(len(walked)) as tell:
            async with aclosing(body_of(reader, plan, encoder, walked, tell)) as body:
                async for chunk in body:
                    written.write(chunk)
        print(f"{output}: {encoder.written} rows.", file=sys.stderr)

    with whole_file(output, force=force) as part:
        export(work)


def _variables(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        values = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise InvalidArgumentError(f"{file} is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise InvalidArgumentError(f"{file} must hold one JSON object")
    return values


def _chosen(walked: Sequence[Where], names: list[str] | None) -> list[Where]:
    """Return the vCenters of these names, all where none are given. Raises NotFoundError."""
    if not names:
        return list(walked)
    known = {where.name for where in walked if where is not None}
    if missing := [name for name in names if name not in known]:
        raise NotFoundError(f"no vCenter is registered as {', '.join(missing)}")
    return [where for where in walked if where is not None and where.name in names]
