"""Arguments as data: one resolver serves many fields, each with the arguments it declares."""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import strawberry

REQUIRED = inspect.Parameter.empty


def argument(type_: Any, description: str, default: Any = REQUIRED) -> inspect.Parameter:
    """Return an argument; its name comes from the mapping it stands in."""
    annotation = Annotated[type_, strawberry.argument(description=description)]
    return inspect.Parameter(
        "_", inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def with_arguments(
    resolver: Callable[..., Any], arguments: Mapping[str, inspect.Parameter]
) -> Callable[..., Any]:
    """Replace a resolver's `**arguments` by the arguments named here."""
    signature = inspect.signature(resolver)
    own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
    added = [parameter.replace(name=name) for name, parameter in arguments.items()]
    resolver.__signature__ = signature.replace(parameters=[*own, *added])  # type: ignore[attr-defined]
    resolver.__annotations__ |= {parameter.name: parameter.annotation for parameter in added}
    return resolver
