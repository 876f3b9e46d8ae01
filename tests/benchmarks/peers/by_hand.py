"""One SQL statement for each question, as somebody would write it who wants the least of all time.

Each builds the whole answer as JSON.
"""

SORTED = "m.name || '' COLLATE \"C\""
"""An expression, or a generic plan walks all names in their order and hopes."""
COLUMNS = (
    "m.moid",
    "m.name",
    'm.power_state AS "powerState"',
    'm.guest_full_name AS "guestFullName"',
    'm.num_cpus AS "numCpus"',
    'm.memory_bytes AS "memoryBytes"',
    'host(m.ip_address) AS "ipAddress"',
    'm.bios_uuid AS "biosUuid"',
    'm.guest_hostname AS "guestHostname"',
    'm.connection_state AS "connectionState"',
    'm.tools_running_status AS "toolsRunningStatus"',
    'm.overall_status AS "overallStatus"',
    'm.hardware_version AS "hardwareVersion"',
    "m.annotation",
    'm.boot_time AS "bootTime"',
)


def _columns(count: int) -> str:
    return ", ".join(COLUMNS[:count])


def _named(alias: str) -> str:
    return f"CASE WHEN {alias}.name IS NOT NULL THEN json_build_object('name', {alias}.name) END"


Q1 = f"""SELECT '{{"data":{{"virtualMachine":' || row_to_json(r)::text || '}}}}' FROM (
    SELECT {_columns(10)}, {_named("h")} AS host, {_named("v")} AS vcenter
    FROM virtual_machines m
    LEFT JOIN hosts h ON h.vcenter_id = $1 AND h.moid = m.host_moid
    LEFT JOIN vcenters v ON v.id = $1
    WHERE m.vcenter_id = $1 AND m.moid = $2) r"""
Q2 = f"""WITH page AS MATERIALIZED (
    SELECT m.moid, m.name, m.power_state, m.guest_full_name, m.num_cpus, m.memory_bytes,
      m.ip_address, m.bios_uuid, m.guest_hostname, m.connection_state, m.tools_running_status,
      m.overall_status, m.host_moid,
      row_number() OVER (ORDER BY m.name COLLATE "C", m.moid) AS place
    FROM virtual_machines m
    WHERE m.vcenter_id = $1 AND m.power_state = $2 AND m.deleted_at IS NULL
    ORDER BY m.name COLLATE "C", m.moid LIMIT 101),
  edges AS MATERIALIZED (
    SELECT e.vm_moid,
      json_agg(json_build_object('name', d.name) ORDER BY d.name COLLATE "C") AS names
    FROM vm_datastores e JOIN datastores d ON d.vcenter_id = $1 AND d.moid = e.datastore_moid
    WHERE e.vcenter_id = $1 AND e.vm_moid = ANY (ARRAY(SELECT moid FROM page WHERE place <= 100))
      AND d.deleted_at IS NULL
    GROUP BY e.vm_moid)
SELECT '{{"data":{{"virtualMachines":{{"pageInfo":' || json_build_object(
    'hasNextPage', (SELECT count(*) > 100 FROM page),
    'endCursor', (SELECT encode(convert_to(json_build_array(name, $1::int, moid)::text, 'UTF8'),
        'base64') FROM page WHERE place <= 100 ORDER BY place DESC LIMIT 1)
  )::text || ',"nodes":' || coalesce((SELECT json_agg(r)::text FROM (
    SELECT {_columns(12)}, CASE WHEN h.name IS NOT NULL THEN
        json_build_object('name', h.name, 'cluster', {_named("c")}) END AS host,
      coalesce(e.names, '[]') AS datastores
    FROM page m
    LEFT JOIN hosts h ON h.vcenter_id = $1 AND h.moid = m.host_moid
    LEFT JOIN clusters c ON c.vcenter_id = $1 AND c.moid = h.cluster_moid
    LEFT JOIN edges e ON e.vm_moid = m.moid
    WHERE m.place <= 100 ORDER BY m.place) r), '[]') || '}}}}}}'"""


def _list(columns: int, condition: str, order: str, limit: int) -> str:
    return f"""SELECT '{{"data":{{"virtualMachines":{{"nodes":' ||
    coalesce((SELECT json_agg(r)::text FROM (
      SELECT {_columns(columns)} FROM virtual_machines m
      WHERE {condition} AND m.deleted_at IS NULL
      ORDER BY {order}, m.vcenter_id, m.moid LIMIT {limit}) r), '[]') || '}}}}}}'"""


C1 = f"""SELECT '{{"data":{{"virtualMachines":{{"nodes":' ||
    coalesce((SELECT json_agg(r)::text FROM (
      SELECT m.name, m.power_state AS "powerState", CASE WHEN h.name IS NOT NULL THEN
          json_build_object('name', h.name, 'cluster', {_named("c")}) END AS host,
        {_named("v")} AS vcenter
      FROM identifiers i
      JOIN virtual_machines m ON m.vcenter_id = i.vcenter_id AND m.moid = i.moid
      JOIN vcenters v ON v.id = m.vcenter_id
      LEFT JOIN hosts h ON h.vcenter_id = m.vcenter_id AND h.moid = m.host_moid
      LEFT JOIN clusters c ON c.vcenter_id = h.vcenter_id AND c.moid = h.cluster_moid
      WHERE i.kind = 'IP' AND i.value = $1 AND i.type = 'VirtualMachine' AND m.deleted_at IS NULL
      ORDER BY m.name COLLATE "C", m.vcenter_id, m.moid LIMIT 10) r), '[]') || '}}}}}}'"""
C2 = f"""SELECT '{{"data":{{"cluster":' || json_build_object('name', c.name, 'hosts',
    json_build_object('nodes', coalesce((SELECT json_agg(r) FROM (
      SELECT h.name, h.connection_state AS "connectionState",
        json_build_object('nodes', coalesce((SELECT json_agg(n) FROM (
          SELECT m.name, m.power_state AS "powerState" FROM virtual_machines m
          WHERE m.vcenter_id = $1 AND m.host_moid = h.moid AND m.deleted_at IS NULL
          ORDER BY {SORTED}, m.moid LIMIT 50) n), '[]')) AS "virtualMachines"
      FROM hosts h WHERE h.vcenter_id = $1 AND h.cluster_moid = $2 AND h.deleted_at IS NULL
      ORDER BY h.name COLLATE "C", h.moid LIMIT 20) r), '[]')))::text || '}}}}'
    FROM clusters c WHERE c.vcenter_id = $1 AND c.moid = $2"""
C3 = """SELECT '{"data":{"datastores":{"nodes":' || coalesce((SELECT json_agg(r)::text FROM (
      SELECT d.name, d.type, d.capacity_bytes AS "capacityBytes",
        u.free_space_bytes AS "freeSpaceBytes"
      FROM datastores d LEFT JOIN datastore_usage u ON u.vcenter_id = $1 AND u.moid = d.moid
      WHERE d.vcenter_id = $1 AND d.deleted_at IS NULL
      ORDER BY u.free_space_bytes, d.moid LIMIT 10) r), '[]') || '}}}'"""
C4 = """SELECT '{"data":{"virtualMachines":{"aggregates":' || coalesce(json_agg(
      json_build_object('group', json_build_object('powerState', r.power_state),
        'count', r.count, 'sum', json_build_object('numCpus', r.cpus, 'memoryBytes', r.memory))
    )::text, '[]') || '}}}'
    FROM (SELECT power_state, count(*), sum(num_cpus) AS cpus, sum(memory_bytes) AS memory
      FROM virtual_machines
      WHERE vcenter_id = $1 AND NOT is_template AND deleted_at IS NULL GROUP BY power_state) r"""
C5 = f"""SELECT '{{"data":{{"virtualMachine":' || row_to_json(r)::text || '}}}}' FROM (
    SELECT m.name,
      CASE WHEN h.moid IS NOT NULL THEN json_build_object(
        'name', h.name, 'model', h.model, 'version', h.version,
        'cluster', CASE WHEN c.moid IS NOT NULL THEN json_build_object(
          'name', c.name, 'drsEnabled', c.drs_enabled, 'haEnabled', c.ha_enabled,
          'datacenter', {_named("dc")}) END) END AS host,
      coalesce((SELECT json_agg(n) FROM (
        SELECT d.name, d.type, u.free_space_bytes AS "freeSpaceBytes"
        FROM vm_datastores e
        JOIN datastores d ON d.vcenter_id = $1 AND d.moid = e.datastore_moid
        LEFT JOIN datastore_usage u ON u.vcenter_id = $1 AND u.moid = d.moid
        WHERE e.vcenter_id = $1 AND e.vm_moid = $2 AND d.deleted_at IS NULL
        ORDER BY d.name COLLATE "C") n), '[]') AS datastores,
      json_build_object('name', v.name, 'version', v.version, 'build', v.build) AS vcenter
    FROM virtual_machines m
    LEFT JOIN hosts h ON h.vcenter_id = $1 AND h.moid = m.host_moid
    LEFT JOIN clusters c ON c.vcenter_id = $1 AND c.moid = h.cluster_moid
    LEFT JOIN datacenters dc ON dc.vcenter_id = $1 AND dc.moid = c.datacenter_moid
    LEFT JOIN vcenters v ON v.id = $1
    WHERE m.vcenter_id = $1 AND m.moid = $2) r"""
STATEMENTS = {
    "Q1": (Q1, ("vcenterId", "moid")),
    "Q2": (Q2, ("vcenterId", "powerState")),
    "Q3": (_list(7, "m.name ILIKE $1", SORTED, 20), ("pattern",)),
    "Q4": (_list(15, "m.vcenter_id = $1", 'm.name COLLATE "C"', 1000), ("vcenterId",)),
    "C1": (C1, ("address",)),
    "C2": (C2, ("vcenterId", "moid")),
    "C3": (C3, ("vcenterId",)),
    "C4": (C4, ("vcenterId",)),
    "C5": (C5, ("vcenterId", "moid")),
}
"""Each with the names of its variables."""
