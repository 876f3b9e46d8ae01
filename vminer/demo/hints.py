"""What the demo prints when it is ready: where to look and three things to try."""

import hashlib
from urllib.parse import quote

LIST = "{ virtualMachines(first: 3) { nodes { name powerState host { name } } } }"
COUNT = "{ vcenters(first: 5) { nodes { name version virtualMachineCount } } }"
EXPLORE = """# VMs whose name contains "web", with the way up to their vCenter
{
  virtualMachines(first: 10, filter: {name: {contains: "web"}, powerState: {eq: poweredOn}}) {
    totalCount
    nodes {
      name
      ipAddress
      host { name cluster { name } }
      datastores { name }
      vcenter { name }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def summary(base_url: str) -> str:
    """Return the text that is printed once everything runs."""
    digest = hashlib.sha256(COUNT.encode()).hexdigest()
    extensions = f'{{"persistedQuery":{{"version":1,"sha256Hash":"{digest}"}}}}'
    register = f'{{"query":"{COUNT}","extensions":{extensions}}}'
    return f"""[bold]GraphiQL[/bold]  {base_url}/graphiql

1. Ask with curl:
   curl -s {base_url}/graphql -H 'content-type: application/json' \\
     -d '{{"query":"{LIST}"}}'

2. Register a persisted query, then ask by its hash alone:
   curl -s {base_url}/graphql -H 'content-type: application/json' -d '{register}'
   curl -s -G {base_url}/graphql --data-urlencode 'extensions={extensions}'

3. Open this query in GraphiQL:
   {base_url}/graphiql?query={quote(EXPLORE)}

The simulated vCenters change a little all the time and are synced once a minute.
[bold]Ctrl-C[/bold] stops it all.
"""
