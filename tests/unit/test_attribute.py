"""What a vCenter knows of custom attributes, from raw answers."""

from lxml import etree

from sync_agent.collector.attribute import definitions, names

FIELDS = """
  <CustomFieldDef><key>104</key><name>Zone</name><type>xsd:string</type></CustomFieldDef>
  <CustomFieldDef><key>23</key><name>Owner</name><type>xsd:string</type>
    <managedObjectType>VirtualMachine</managedObjectType>
    <fieldDefPrivileges><privId>System.View</privId></fieldDefPrivileges></CustomFieldDef>
  <CustomFieldDef><key>odd</key><name>Broken</name></CustomFieldDef>"""


def test_definitions_come_in_order_of_their_keys_and_an_odd_one_costs_only_itself():
    found = definitions(etree.fromstring(f'<val xmlns="urn:vim25">{FIELDS}</val>'))

    assert found == [
        {"key": 23, "name": "Owner", "type": "string", "object_type": "VirtualMachine"},
        {"key": 104, "name": "Zone", "type": "string"},
    ]
    assert names(found) == {"23": "Owner", "104": "Zone"}
