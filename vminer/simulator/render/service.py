"""ServiceInstance, SessionManager and ContainerView: objects of the service, not the inventory."""

from collections.abc import Mapping

from vminer.simulator.inventory.attribute import DEFINITIONS
from vminer.simulator.inventory.ref import ROOT_FOLDER, Ref
from vminer.simulator.render.node import (
    Items,
    Link,
    Links,
    Node,
    Read,
    Struct,
    boolean,
    escape,
    long,
    moment,
    text,
)

ABOUT_FIELDS = (
    "name",
    "fullName",
    "vendor",
    "version",
    "build",
    "localeVersion",
    "localeBuild",
    "osType",
    "productLineId",
    "apiType",
    "apiVersion",
    "instanceUuid",
    "licenseProductName",
    "licenseProductVersion",
)


def _about(name: str) -> Read:
    return lambda service: service.about.get(name)


ABOUT = Struct("AboutInfo", {name: text(_about(name)) for name in ABOUT_FIELDS})

CONTENT = Struct(
    "ServiceContent",
    {
        "rootFolder": Link(lambda _: ROOT_FOLDER),
        "propertyCollector": Link(lambda _: Ref("PropertyCollector", "propertyCollector")),
        "viewManager": Link(lambda _: Ref("ViewManager", "ViewManager")),
        "about": ABOUT,
        "sessionManager": Link(lambda _: Ref("SessionManager", "SessionManager")),
        "customFieldsManager": Link(lambda _: Ref("CustomFieldsManager", "CustomFieldsManager")),
    },
)

SERVICE_INSTANCE: Mapping[str, Node] = {
    "serverClock": moment(lambda service: service.clock),
    "content": CONTENT,
}

USER_SESSION = Struct(
    "UserSession",
    {
        "key": text(lambda view: view.session.key),
        "userName": text(lambda view: view.session.username),
        "fullName": text(lambda view: view.session.username),
        "loginTime": moment(lambda view: view.session.login_time),
        "lastActiveTime": moment(lambda view: view.session.last_active),
        "locale": text(lambda _: "en"),
        "messageLocale": text(lambda _: "en"),
        "extensionSession": boolean(lambda _: False),
        "ipAddress": text(lambda view: view.session.address),
        "userAgent": text(lambda view: view.session.user_agent),
        "callCount": long(lambda view: view.session.calls),
    },
    lambda view: view.session is not None,
)

SESSION_MANAGER: Mapping[str, Node] = {
    "currentSession": USER_SESSION,
    "defaultLocale": text(lambda _: "en"),
}


def _definitions(tag: str, _: object) -> str:
    return "".join(
        f"<{tag}><key>{key}</key><name>{escape(name)}</name><type>xsd:string</type>"
        + (f"<managedObjectType>{kind}</managedObjectType>" if kind else "")
        + f"</{tag}>"
        for key, name, kind in DEFINITIONS
    )


CUSTOM_FIELDS_MANAGER: Mapping[str, Node] = {"field": Items("CustomFieldDef", _definitions)}

CONTAINER_VIEW: Mapping[str, Node] = {
    "container": Link(lambda view: view.container),
    "view": Links(lambda view, _: view.refs()),
    "recursive": boolean(lambda view: view.recursive),
}
