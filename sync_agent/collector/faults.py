"""What a vCenter, or the way to it, can do to us, translated to errors of ours.

One place for all foreign exceptions: pyVmomi's faults, ssl, sockets, httpx.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, IncompleteRead
from xml.parsers.expat import ExpatError

import httpx
from pyVmomi import vmodl

from runtime.errors import (
    CertificateError,
    InvalidCredentialsError,
    NotAVCenterError,
    PermissionDeniedError,
    SessionExpiredError,
    VCenterError,
    VCenterFaultError,
    VCenterTimeoutError,
    VCenterUnreachableError,
)
from sync_agent.collector.target import Target

BY_FAULT: dict[str, type[VCenterError]] = {
    "InvalidLogin": InvalidCredentialsError,
    "InvalidLocale": VCenterFaultError,
    "NoPermission": PermissionDeniedError,
    "NotAuthenticated": SessionExpiredError,
}
MESSAGES: dict[type[VCenterError], str] = {
    InvalidCredentialsError: "{address} refused the user name or password of {username}; a"
    " registered vCenter gets another by `vminer vcenter set NAME --password-stdin`",
    PermissionDeniedError: "{username} may not read {address}; it needs the read-only role",
    SessionExpiredError: "{address} ended the session; what was read is thrown away",
}

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500


@contextmanager
def vcenter_errors(target: Target) -> Iterator[None]:
    """Translate what reading a vCenter raises into the most specific of our errors."""
    try:
        yield
    except VCenterError:
        raise
    except vmodl.MethodFault as fault:
        message = getattr(fault, "msg", None)
        raise from_fault(type(fault).__name__.rpartition(".")[2], message, target) from fault
    except (httpx.TimeoutException, TimeoutError) as error:
        raise VCenterTimeoutError(f"{target.address} did not answer in time") from error
    except ssl.SSLCertVerificationError as error:
        raise _untrusted(target, error.verify_message) from error
    except (httpx.HTTPError, ssl.SSLError, OSError) as error:
        raise _connection_error(error, target) from error
    except IncompleteRead as error:
        raise VCenterUnreachableError(f"{target.address} cut its answer") from error
    except (HTTPException, ExpatError) as error:
        raise from_status(_status(error), target) from error


def from_status(status: int, target: Target) -> VCenterError:
    """Return the error for an answer without SOAP in it; 0 where there is no status either.

    While vCenter's services start, its proxy answers 502, 503 or 504: worth trying again.
    """
    if status == TOO_MANY_REQUESTS or status >= SERVER_ERROR:
        return VCenterUnreachableError(
            f"{target.address} answered HTTP {status}; its services may be starting"
        )
    answered = f"answered HTTP {status}; it" if status else "answered, but"
    return NotAVCenterError(f"{target.address} {answered} does not speak the vSphere API")


def from_fault(name: str, message: str | None, target: Target) -> VCenterError:
    """Return the error for a fault, by the name its type has in the vSphere API."""
    short = name.rpartition(".")[2].rpartition(":")[2].removesuffix("Fault")
    kind = BY_FAULT.get(short, VCenterFaultError)
    if kind is VCenterFaultError:
        return VCenterFaultError(f"{target.address} answered {short}: {message or 'no message'}")
    text = MESSAGES[kind].format(address=target.address, username=target.username)
    return kind(text)


def _status(error: Exception) -> int:
    """Return the status in the text of pyVmomi's exception ("503 Service Unavailable")."""
    code = str(error).partition(" ")[0]
    return int(code) if type(error) is HTTPException and code.isdecimal() else 0


def _connection_error(error: Exception, target: Target) -> VCenterError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _untrusted(target, cause.verify_message)
        cause = cause.__cause__ or cause.__context__
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return _untrusted(target, text.partition("CERTIFICATE_VERIFY_FAILED] ")[2] or text)
    if isinstance(error, ssl.SSLError) or "SSL" in text:
        return NotAVCenterError(f"{target.address} does not speak TLS as a vCenter does: {text}")
    return VCenterUnreachableError(
        f"{target.address} cannot be reached: {text or type(error).__name__}"
    )


def _untrusted(target: Target, reason: str) -> CertificateError:
    return CertificateError(
        f"the certificate of {target.address} is not trusted: {reason}; give the CA that signed"
        " it (--ca-file of `vminer vcenter add` and `set`), which a vCenter offers at"
        " /certs/download.zip"
    )
