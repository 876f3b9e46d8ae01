"""Which properties are read of each kind of object, and the column each fills, as tables.

Paths and units are the vSphere Web Services API's. HEAVY properties are in `hardware`.
"""

from dataclasses import dataclass

from models.enums import (
    DrsBehavior,
    HostConnectionState,
    HostPowerState,
    ManagedEntityStatus,
    PowerState,
    ToolsRunningStatus,
    VirtualMachineConnectionState,
)
from sync_agent.collector import value
from sync_agent.collector.value import Converter


@dataclass(frozen=True, slots=True)
class Property:
    """One property and the column it fills."""

    path: str
    column: str
    convert: Converter


VM_SETTINGS = "configurationEx.dasConfig.defaultVmSettings"
POD_CONFIG = "podStorageDrsEntry.storageDrsConfig.podConfig"

STATUS = Property("overallStatus", "overall_status", value.choice(ManagedEntityStatus))

FOLDER = ()
DATACENTER = (STATUS,)
CLUSTER = (
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
    Property(f"{VM_SETTINGS}.restartPriority", "ha_restart_priority", value.text),
    Property(f"{VM_SETTINGS}.isolationResponse", "ha_isolation_response", value.text),
    Property(
        "configurationEx.dasConfig.hBDatastoreCandidatePolicy",
        "ha_heartbeat_datastore_policy",
        value.text,
    ),
    Property(
        f"{VM_SETTINGS}.vmToolsMonitoringSettings.failureInterval",
        "ha_failure_interval_seconds",
        value.integer,
    ),
    Property(
        f"{VM_SETTINGS}.vmToolsMonitoringSettings.minUpTime",
        "ha_min_up_time_seconds",
        value.integer,
    ),
    Property(
        f"{VM_SETTINGS}.vmToolsMonitoringSettings.maxFailures", "ha_max_failures", value.integer
    ),
    Property(
        f"{VM_SETTINGS}.vmToolsMonitoringSettings.maxFailureWindow",
        "ha_max_failure_window_seconds",
        value.limit,
    ),
    Property("configurationEx.dpmConfigInfo.enabled", "dpm_enabled", value.boolean),
    Property(
        "configurationEx.dpmConfigInfo.defaultDpmBehavior", "dpm_default_behavior", value.text
    ),
    Property(
        "configurationEx.dpmConfigInfo.hostPowerActionRate",
        "dpm_host_power_action_rate",
        value.integer,
    ),
    Property("configurationEx.vsanConfigInfo.enabled", "vsan_enabled", value.boolean),
)
CLUSTER_USAGE = (
    Property("summary.numVmotions", "num_vmotions", value.integer),
    Property("summary.currentFailoverLevel", "current_failover_level", value.integer),
    Property("summary.drsScore", "drs_score", value.integer),
)
HOST = (
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
    Property("config.hyperThread.available", "hyper_threading_available", value.boolean),
    Property("config.hyperThread.active", "hyper_threading_active", value.boolean),
    Property("config.powerSystemInfo.currentPolicy.shortName", "power_policy", value.text),
    Property("hardware.cpuPowerManagementInfo.currentPolicy", "cpu_power_policy", value.text),
    Property("hardware.cpuPowerManagementInfo.hardwareSupport", "cpu_power_support", value.text),
    Property("hardware.biosInfo.vendor", "bios_vendor", value.text),
    Property("hardware.biosInfo.biosVersion", "bios_version", value.text),
    Property("hardware.biosInfo.releaseDate", "bios_date", value.moment),
    Property("capability.vmotionSupported", "vmotion_supported", value.boolean),
    Property("capability.storageVMotionSupported", "storage_vmotion_supported", value.boolean),
    Property("config.vsanHostConfig.faultDomainInfo.name", "vsan_fault_domain", value.text),
)
HOST_USAGE = (
    Property("summary.quickStats.overallCpuUsage", "cpu_usage_mhz", value.integer),
    Property("summary.quickStats.overallMemoryUsage", "memory_usage_bytes", value.mebibytes),
    Property("summary.quickStats.uptime", "uptime_seconds", value.integer),
)
DATASTORE = (
    STATUS,
    Property("summary.type", "type", value.text),
    Property("summary.url", "url", value.text),
    Property("summary.accessible", "accessible", value.boolean),
    Property("summary.maintenanceMode", "maintenance_mode", value.text),
    Property("summary.multipleHostAccess", "multiple_host_access", value.boolean),
    Property("summary.capacity", "capacity_bytes", value.integer),
    Property("iormConfiguration.enabled", "sioc_enabled", value.boolean),
    Property("iormConfiguration.congestionThresholdMode", "sioc_threshold_mode", value.text),
    Property("iormConfiguration.congestionThreshold", "sioc_threshold_milliseconds", value.integer),
)
DATASTORE_USAGE = (
    Property("summary.freeSpace", "free_space_bytes", value.integer),
    Property("summary.uncommitted", "uncommitted_bytes", value.integer),
)
STORAGE_POD = (
    STATUS,
    Property("summary.capacity", "capacity_bytes", value.integer),
    Property(f"{POD_CONFIG}.enabled", "storage_drs_enabled", value.boolean),
    Property(f"{POD_CONFIG}.defaultVmBehavior", "storage_drs_behavior", value.text),
    Property(f"{POD_CONFIG}.ioLoadBalanceEnabled", "io_load_balance_enabled", value.boolean),
    Property(f"{POD_CONFIG}.defaultIntraVmAffinity", "keeps_disks_together", value.boolean),
)
STORAGE_POD_USAGE = (Property("summary.freeSpace", "free_space_bytes", value.integer),)
VIRTUAL_MACHINE = (
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
)
VIRTUAL_MACHINE_USAGE = (
    Property("summary.quickStats.overallCpuUsage", "cpu_usage_mhz", value.integer),
    Property("summary.quickStats.guestMemoryUsage", "guest_memory_usage_bytes", value.mebibytes),
    Property("summary.quickStats.hostMemoryUsage", "host_memory_usage_bytes", value.mebibytes),
    Property("summary.quickStats.uptimeSeconds", "uptime_seconds", value.integer),
    Property("summary.storage.committed", "storage_committed_bytes", value.integer),
    Property("summary.storage.uncommitted", "storage_uncommitted_bytes", value.integer),
    Property("summary.storage.unshared", "storage_unshared_bytes", value.integer),
)
