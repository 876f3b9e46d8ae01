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
// An expression, or a generic plan walks all names in their order and hopes.
export const containing = page(
  "containing",
  "name ILIKE $1",
  `ORDER BY name || '' COLLATE "C", vcenter_id, moid`,
);
export const hosts = {
  name: "hosts",
  text: `SELECT moid AS key, vcenter_id, name, cluster_moid FROM hosts
    WHERE vcenter_id = $1 AND moid = ANY ($2)`,
};
export const clusters = {
  name: "clusters",
  text: "SELECT moid AS key, name FROM clusters WHERE vcenter_id = $1 AND moid = ANY ($2)",
};
export const datastores = {
  name: "datastores",
  text: `SELECT e.vm_moid AS key, d.name
    FROM vm_datastores e JOIN datastores d ON d.vcenter_id = $1 AND d.moid = e.datastore_moid
    WHERE e.vcenter_id = $1 AND e.vm_moid = ANY ($2) AND d.deleted_at IS NULL
    ORDER BY d.name COLLATE "C", d.moid`,
};
export const vcenters = {
  name: "vcenters",
  text: "SELECT id, name FROM vcenters WHERE id = ANY ($1)",
};
