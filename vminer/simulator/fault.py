"""SOAP faults, raised where something is wrong and written by the envelope."""

from collections.abc import Mapping

from vminer.simulator.inventory.ref import ROOT_FOLDER, Ref
from vminer.simulator.render.node import escape


class SoapFaultError(Exception):
    """A vSphere fault: its type's name, a sentence, and its fields as XML."""

    def __init__(self, name: str, message: str, fields: str = "") -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.fields = fields


def not_authenticated() -> SoapFaultError:
    """No session, or one that is over."""
    return SoapFaultError(
        "NotAuthenticated", "The session is not authenticated.", not_authenticated_fields()
    )


def not_authenticated_fields() -> str:
    """The root folder and the privilege, as vCenter names them."""
    return (
        f'<object type="{ROOT_FOLDER.kind}">{ROOT_FOLDER.moid}</object>'
        "<privilegeId>System.View</privilegeId>"
    )


def invalid_login() -> SoapFaultError:
    """Wrong user name or password."""
    return SoapFaultError(
        "InvalidLogin", "Cannot complete login due to an incorrect user name or password."
    )


def not_supported(operation: str) -> SoapFaultError:
    """Everything this simulator does not do."""
    return SoapFaultError("NotSupported", f"The operation is not supported: {operation}.")


def invalid_property(path: str) -> SoapFaultError:
    """A property path that the type does not have."""
    return SoapFaultError("InvalidProperty", "", f"<name>{escape(path)}</name>")


def invalid_argument(parameter: str) -> SoapFaultError:
    """A parameter with a value that cannot be used."""
    return SoapFaultError(
        "InvalidArgument",
        f"A specified parameter was not correct: {parameter}",
        f"<invalidProperty>{escape(parameter)}</invalidProperty>",
    )


def not_found(ref: Ref) -> SoapFaultError:
    """The object was deleted or never existed."""
    return SoapFaultError(
        "ManagedObjectNotFound",
        f"The object '{ref.kind}:{ref.moid}' has already been deleted or has not been "
        "completely created",
        f'<obj type="{escape(ref.kind)}">{escape(ref.moid)}</obj>',
    )


_MISSING_FIELDS: Mapping[str, str] = {
    "NotAuthenticated": not_authenticated_fields(),
    "NoPermission": not_authenticated_fields(),
}


def missing_property(path: str, fault: str) -> str:
    """An entry of an object's missingSet."""
    fields = _MISSING_FIELDS.get(fault, "")
    return (
        f'<missingSet><path>{path}</path><fault><fault xsi:type="{fault}">{fields}</fault>'
        f"<localizedMessage>{fault}</localizedMessage></fault></missingSet>"
    )
