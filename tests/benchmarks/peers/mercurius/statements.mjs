// The statements, as somebody who knows the tables would write them. Limits are literals, so that
// generic plans know them.

const MACHINE = `vcenter_id, moid, name, host_moid,
  power_state AS "powerState", guest_full_name AS "guestFullName", num_cpus AS "numCpus",
  memory_bytes AS "memoryBytes", host(ip_address) AS "ipAddress", bios_uuid AS "biosUuid",
  guest_hostname AS "guestHostname", connection_state AS "connectionState",
  tools_running_status AS "toolsRunningStatus", overall_status AS "overallStatus",
  hardware_version AS "hardwareVersion", annotation,
  to_char(boot_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') AS "bootTime"`;
const ORDER = 'ORDER BY name COLLATE "C", vcenter_id, moid';

// An expression, or a generic plan walks all names in their order and hopes.
const SORTED = `name || '' COLLATE "C"`;

function page(name, condition, order = ORDER) {
  const known = new Map();
  return (first) => {
    if (!known.has(first)) {
      const text = `SELECT ${MACHINE} FROM virtual_machines
        WHERE ${condition} AND deleted_at IS NULL ${order} LIMIT ${first + 1}`;
      known.set(first, { name: `${name}_${first}`, text });
    }
    return known.get(first);
  };
}

export const machine = {
  name: "machine",
  text: `SELECT ${MACHINE} FROM virtual_machines WHERE vcenter_id = $1 AND moid = $2`,
};
export const ofVcenter = page("of_vcenter", "vcenter_id = $1");
export const inState = page("in_state", "vcenter_id = $1 AND power_state = $2");
export const containing = page(
  "containing",
  "name ILIKE $1",
  `ORDER BY ${SORTED}, vcenter_id, moid`,
);
export const withAddress = page(
  "with_address",
  `(vcenter_id, moid) IN (SELECT vcenter_id, moid FROM identifiers
    WHERE kind = 'IP' AND value = $1 AND type = 'VirtualMachine')`,
  `ORDER BY ${SORTED}, vcenter_id, moid`,
);
export const hosts = {
  name: "hosts",
  text: `SELECT moid AS key, vcenter_id, name, cluster_moid, model, version FROM hosts
    WHERE vcenter_id = $1 AND moid = ANY ($2)`,
};
export const clusters = {
  name: "clusters",
  text: `SELECT moid AS key, vcenter_id, name, datacenter_moid, drs_enabled AS "drsEnabled",
      ha_enabled AS "haEnabled"
    FROM clusters WHERE vcenter_id = $1 AND moid = ANY ($2)`,
};
export const datacenters = {
  name: "datacenters",
  text: "SELECT moid AS key, name FROM datacenters WHERE vcenter_id = $1 AND moid = ANY ($2)",
};
export const hostsOfCluster = {
  name: "hosts_of_cluster",
  text: `SELECT key, h.* FROM unnest($2::text[]) AS key CROSS JOIN LATERAL (
      SELECT vcenter_id, moid, name, connection_state AS "connectionState" FROM hosts
      WHERE vcenter_id = $1 AND cluster_moid = key AND deleted_at IS NULL
      ORDER BY name COLLATE "C", moid LIMIT $3) h`,
};
export const machinesOfHost = {
  name: "machines_of_host",
  text: `SELECT key, m.* FROM unnest($2::text[]) AS key CROSS JOIN LATERAL (
      SELECT name, power_state AS "powerState" FROM virtual_machines
      WHERE vcenter_id = $1 AND host_moid = key AND deleted_at IS NULL
      ORDER BY ${SORTED}, moid LIMIT $3) m`,
};
export const fullest = {
  name: "fullest",
  text: `SELECT d.name, d.type, d.capacity_bytes AS "capacityBytes",
      u.free_space_bytes AS "freeSpaceBytes"
    FROM datastores d LEFT JOIN datastore_usage u ON u.vcenter_id = $1 AND u.moid = d.moid
    WHERE d.vcenter_id = $1 AND d.deleted_at IS NULL
    ORDER BY u.free_space_bytes, d.moid LIMIT $2`,
};
export const counts = {
  name: "counts",
  text: `SELECT power_state AS "powerState", count(*), sum(num_cpus) AS "numCpus",
      sum(memory_bytes)::bigint AS "memoryBytes"
    FROM virtual_machines WHERE vcenter_id = $1 AND NOT is_template AND deleted_at IS NULL
    GROUP BY power_state`,
};
export const datastores = {
  name: "datastores",
  text: `SELECT e.vm_moid AS key, d.vcenter_id, d.moid, d.name, d.type
    FROM vm_datastores e JOIN datastores d ON d.vcenter_id = $1 AND d.moid = e.datastore_moid
    WHERE e.vcenter_id = $1 AND e.vm_moid = ANY ($2) AND d.deleted_at IS NULL
    ORDER BY d.name COLLATE "C", d.moid`,
};
export const vcenters = {
  name: "vcenters",
  text: "SELECT id, name, version, build FROM vcenters WHERE id = ANY ($1)",
};
export const usages = {
  name: "usages",
  text: `SELECT moid AS key, free_space_bytes AS "freeSpaceBytes" FROM datastore_usage
    WHERE vcenter_id = $1 AND moid = ANY ($2)`,
};
