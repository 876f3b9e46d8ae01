"""Which properties are read of each kind of object, and the column each fills, as tables.

Paths and units are the vSphere Web Services API's. HEAVY properties are in `hardware`, those of the
GUEST tier in `guest`.
"""

from models.enums import (
    DrsBehavior,
    HostConnectionState,
    HostPowerState,
    InventoryType,
    ManagedEntityStatus,
    PowerState,
    ToolsRunningStatus,
    VirtualMachineConnectionState,
)
from sync_agent.collector import value
from sync_agent.collector.table import Property, Table, Within

POD_CONFIG = "podStorageDrsEntry.storageDrsConfig.podConfig"

STATUS = Property("overallStatus", "overall_status", value.choice(ManagedEntityStatus))

FOLDER = Table()
DATACENTER = Table(STATUS)
CLUSTER = Table(
    STATUS,
    Property("summary.numHosts", "num_hosts", value.integer),
    Property("summary.numEffectiveHosts", "num_effective_hosts", value.integer),
    Property("summary.totalCpu", "total_cpu_mhz", value.integer),
    Property("summary.effectiveCpu", "effective_cpu_mhz", value.integer),
    Property("summary.totalMemory", "total_memory_bytes", value.integer),
    Property("summary.effectiveMemory", "effective_memory_bytes", value.mebibytes),
    Property("summary.numCpuCores", "num_cpu_cores", value.integer),
    Property("summary.numCpuThreads", "num_cpu_threads", value.integer),
    Property("summary.currentEVCModeKey", "evc_mode", value.text),
    Property("configurationEx.dasConfig.enabled", "ha_enabled", value.boolean),
    Property("configurationEx.drsConfig.enabled", "drs_enabled", value.boolean),
    Property(
        "configurationEx.drsConfig.defaultVmBehavior",
        "drs_default_vm_behavior",
        value.choice(DrsBehavior),
    ),
    Property("configurationEx.drsConfig.vmotionRate", "drs_vmotion_rate", value.integer),
    Property(
        "configurationEx.drsConfig.enableVmBehaviorOverrides",
        "drs_overrides_enabled",
        value.boolean,
    ),
    Property("configurationEx.dasConfig.hostMonitoring", "ha_host_monitoring", value.text),
    Property("configurationEx.dasConfig.vmMonitoring", "ha_vm_monitoring", value.text),
    Property(
        "configurationEx.dasConfig.vmComponentProtecting", "ha_component_protection", value.text
    ),
    Property(
        "configurationEx.dasConfig.admissionControlEnabled",
        "ha_admission_control_enabled",
        value.boolean,
    ),
    Property(
        "configurationEx.dasConfig.hBDatastoreCandidatePolicy",
        "ha_heartbeat_datastore_policy",
        value.text,
    ),
    Within(
        "configurationEx.dasConfig.defaultVmSettings",
        (
            Property("restartPriority", "ha_restart_priority", value.text),
            Property("isolationResponse", "ha_isolation_response", value.text),
            Within(
                "vmToolsMonitoringSettings",
                (
                    Property("failureInterval", "ha_failure_interval_seconds", value.integer),
                    Property("minUpTime", "ha_min_up_time_seconds", value.integer),
                    Property("maxFailures", "ha_max_failures", value.integer),
                    Property("maxFailureWindow", "ha_max_failure_window_seconds", value.limit),
                ),
            ),
        ),
    ),
    Within(
        "configurationEx.dpmConfigInfo",
        (
            Property("enabled", "dpm_enabled", value.boolean),
            Property("defaultDpmBehavior", "dpm_default_behavior", value.text),
            Property("hostPowerActionRate", "dpm_host_power_action_rate", value.integer),
        ),
    ),
    Property("configurationEx.vsanConfigInfo.enabled", "vsan_enabled", value.boolean),
)
CLUSTER_USAGE = Table(
    Property("summary.numVmotions", "num_vmotions", value.integer),
    Property("summary.currentFailoverLevel", "current_failover_level", value.integer),
    Property("summary.drsScore", "drs_score", value.integer),
)
HOST = Table(
    STATUS,
    Property("runtime.connectionState", "connection_state", value.choice(HostConnectionState)),
    Property("runtime.powerState", "power_state", value.choice(HostPowerState)),
    Property("runtime.inMaintenanceMode", "in_maintenance_mode", value.boolean),
    Property("runtime.bootTime", "boot_time", value.moment),
    Property("summary.config.product.version", "version", value.text),
    Property("summary.config.product.build", "build", value.text),
    Property("summary.hardware.vendor", "vendor", value.text),
    Property("summary.hardware.model", "model", value.text),
    Property("summary.hardware.uuid", "bios_uuid", value.uuid),
    Property("hardware.systemInfo.serialNumber", "serial_number", value.text),
    Property("summary.hardware.cpuModel", "cpu_model", value.text),
    Property("summary.hardware.cpuMhz", "cpu_mhz", value.integer),
    Property("summary.hardware.numCpuPkgs", "num_cpu_packages", value.integer),
    Property("summary.hardware.numCpuCores", "num_cpu_cores", value.integer),
    Property("summary.hardware.numCpuThreads", "num_cpu_threads", value.integer),
    Property("summary.hardware.memorySize", "memory_bytes", value.integer),
    Property("summary.hardware.numNics", "num_nics", value.integer),
    Property("summary.hardware.numHBAs", "num_hbas", value.integer),
    Property("summary.maxEVCModeKey", "max_evc_mode", value.text),
    Property("runtime.inQuarantineMode", "in_quarantine_mode", value.boolean),
    Property("runtime.standbyMode", "standby_mode", value.text),
    Property("runtime.dasHostState.state", "das_host_state", value.text),
    Property("summary.currentEVCModeKey", "evc_mode", value.text),
    Property("summary.managementServerIp", "management_server_ip", value.address),
    Property("summary.config.product.fullName", "product_full_name", value.text),
    Property("summary.config.sslThumbprint", "ssl_thumbprint", value.text),
    Property("summary.rebootRequired", "reboot_required", value.boolean),
    Within(
        "config.hyperThread",
        (
            Property("available", "hyper_threading_available", value.boolean),
            Property("active", "hyper_threading_active", value.boolean),
        ),
    ),
    Property("config.powerSystemInfo.currentPolicy.shortName", "power_policy", value.text),
    Within(
        "hardware.cpuPowerManagementInfo",
        (
            Property("currentPolicy", "cpu_power_policy", value.text),
            Property("hardwareSupport", "cpu_power_support", value.text),
        ),
    ),
    Within(
        "hardware.biosInfo",
        (
            Property("vendor", "bios_vendor", value.text),
            Property("biosVersion", "bios_version", value.text),
            Property("releaseDate", "bios_date", value.moment),
        ),
    ),
    Property("capability.vmotionSupported", "vmotion_supported", value.boolean),
    Property("capability.storageVMotionSupported", "storage_vmotion_supported", value.boolean),
    Property("config.vsanHostConfig.enabled", "vsan_enabled", value.boolean),
    Property("config.vsanHostConfig.faultDomainInfo.name", "vsan_fault_domain", value.text),
)
HOST_EDGES = {InventoryType.Network: "network"}
"""The property that lists the other ends of each edge, by their kind."""
HOST_USAGE = Table(
    Property("summary.quickStats.overallCpuUsage", "cpu_usage_mhz", value.integer),
    Property("summary.quickStats.overallMemoryUsage", "memory_usage_bytes", value.mebibytes),
    Property("summary.quickStats.uptime", "uptime_seconds", value.integer),
)
DATASTORE = Table(
    STATUS,
    Property("summary.type", "type", value.text),
    Property("summary.url", "url", value.text),
    Property("summary.accessible", "accessible", value.boolean),
    Property("summary.maintenanceMode", "maintenance_mode", value.text),
    Property("summary.multipleHostAccess", "multiple_host_access", value.boolean),
    Property("summary.capacity", "capacity_bytes", value.integer),
    Within(
        "iormConfiguration",
        (
            Property("enabled", "sioc_enabled", value.boolean),
            Property("congestionThresholdMode", "sioc_threshold_mode", value.text),
            Property("congestionThreshold", "sioc_threshold_milliseconds", value.integer),
        ),
    ),
)
DATASTORE_USAGE = Table(
    Property("summary.freeSpace", "free_space_bytes", value.integer),
    Property("summary.uncommitted", "uncommitted_bytes", value.integer),
)
STORAGE_POD = Table(
    STATUS,
    Property("summary.capacity", "capacity_bytes", value.integer),
    Property(f"{POD_CONFIG}.enabled", "storage_drs_enabled", value.boolean),
    Property(f"{POD_CONFIG}.defaultVmBehavior", "storage_drs_behavior", value.text),
    Property(f"{POD_CONFIG}.ioLoadBalanceEnabled", "io_load_balance_enabled", value.boolean),
    Property(f"{POD_CONFIG}.defaultIntraVmAffinity", "keeps_disks_together", value.boolean),
)
STORAGE_POD_USAGE = Table(Property("summary.freeSpace", "free_space_bytes", value.integer))
VIRTUAL_MACHINE = Table(
    STATUS,
    Property("runtime.host", "host_moid", value.reference),
    Property("resourcePool", "resource_pool_moid", value.reference),
    Property("runtime.powerState", "power_state", value.choice(PowerState)),
    Property(
        "runtime.connectionState", "connection_state", value.choice(VirtualMachineConnectionState)
    ),
    Property("config.template", "is_template", value.boolean),
    Property("config.uuid", "bios_uuid", value.uuid),
    Property("config.instanceUuid", "instance_uuid", value.uuid),
    Property("config.changeVersion", "change_version", value.text),
    Property("config.createDate", "created_at", value.moment),
    Property("config.version", "hardware_version", value.text),
    Property("config.guestId", "guest_id", value.text),
    Property("config.guestFullName", "guest_full_name", value.text),
    Property("config.firmware", "firmware", value.text),
    Property("config.annotation", "annotation", value.text),
    Property("config.files.vmPathName", "vm_path_name", value.text),
    Property("config.hardware.numCPU", "num_cpus", value.integer),
    Property("config.hardware.numCoresPerSocket", "cores_per_socket", value.integer),
    Property("config.hardware.memoryMB", "memory_bytes", value.mebibytes),
    Property("guest.hostName", "guest_hostname", value.text),
    Property("guest.ipAddress", "ip_address", value.address),
    Property("guest.toolsRunningStatus", "tools_running_status", value.choice(ToolsRunningStatus)),
    Property("guest.toolsVersionStatus2", "tools_version_status", value.text),
    Property("guest.toolsVersion", "tools_version", value.text),
    Property("runtime.consolidationNeeded", "consolidation_needed", value.boolean),
    Property("runtime.bootTime", "boot_time", value.moment),
    Property("config.modified", "modified_at", value.moment),
    Property("runtime.suspendTime", "suspend_time", value.moment),
    Property("runtime.cleanPowerOff", "clean_power_off", value.boolean),
    Property("parentVApp", "vapp_moid", value.reference),
    Property("guest.guestState", "guest_state", value.text),
    Property("guest.guestId", "tools_guest_id", value.text),
    Property("guest.guestFullName", "tools_guest_full_name", value.text),
    Property("config.ftInfo.role", "ft_role", value.integer),
    Within(
        "config.managedBy",
        (
            Property("extensionKey", "managed_by_extension", value.text),
            Property("type", "managed_by_type", value.text),
        ),
    ),
)
VIRTUAL_MACHINE_EDGES = {InventoryType.Datastore: "datastore", InventoryType.Network: "network"}
VIRTUAL_MACHINE_USAGE = Table(
    Within(
        "summary.quickStats",
        (
            Property("overallCpuUsage", "cpu_usage_mhz", value.integer),
            Property("guestMemoryUsage", "guest_memory_usage_bytes", value.mebibytes),
            Property("hostMemoryUsage", "host_memory_usage_bytes", value.mebibytes),
            Property("uptimeSeconds", "uptime_seconds", value.integer),
            Property("guestHeartbeatStatus", "heartbeat_status", STATUS.convert),
            Property("overallCpuDemand", "cpu_demand_mhz", value.integer),
            Property("overallCpuReadiness", "cpu_readiness_percent", value.integer),
            Property("staticCpuEntitlement", "cpu_entitlement_mhz", value.integer),
            Property("distributedCpuEntitlement", "cpu_drs_entitlement_mhz", value.integer),
            Property("staticMemoryEntitlement", "memory_entitlement_bytes", value.mebibytes),
            Property(
                "distributedMemoryEntitlement", "memory_drs_entitlement_bytes", value.mebibytes
            ),
            Property("grantedMemory", "granted_memory_bytes", value.mebibytes),
            Property("privateMemory", "private_memory_bytes", value.mebibytes),
            Property("sharedMemory", "shared_memory_bytes", value.mebibytes),
            Property("swappedMemory", "swapped_memory_bytes", value.mebibytes),
            Property("balloonedMemory", "ballooned_memory_bytes", value.mebibytes),
            Property("compressedMemory", "compressed_memory_bytes", value.kibibytes),
            Property("consumedOverheadMemory", "overhead_memory_bytes", value.mebibytes),
            Property("activeMemory", "active_memory_bytes", value.mebibytes),
        ),
    ),
    Within(
        "summary.storage",
        (
            Property("committed", "storage_committed_bytes", value.integer),
            Property("uncommitted", "storage_uncommitted_bytes", value.integer),
            Property("unshared", "storage_unshared_bytes", value.integer),
        ),
    ),
)
