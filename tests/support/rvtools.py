"""The columns of an RVTools 4 export by sheet, as its own import tables name them.

From the public table definitions of RVTools 4.x (underscores for blanks, `#` as Num, `%` as
Percent). What every sheet of virtual machines, or of hosts, begins and ends with stands once.
"""

EVERY_MACHINE = """
    VM Powerstate Template SRM_Placeholder Annotation Datacenter Cluster Host Folder
    OS_according_to_the_configuration_file OS_according_to_the_VMware_Tools VM_ID VM_UUID
    VI_SDK_Server VI_SDK_UUID"""

OF_MACHINES = {
    "vInfo": """
        Config_status DNS_Name Connection_state Guest_state Heartbeat Consolidation_Needed PowerOn
        Suspended_To_Memory Suspend_time Suspend_Interval Creation_date Change_Version CPUs
        Overall_Cpu_Readiness Memory Active_Memory NICs Disks Total_disk_capacity_MiB
        Fixed_Passthru_HotPlug min_Required_EVC_Mode_Key Latency_Sensitivity Op_Notification_Timeout
        EnableUUID CBT Primary_IP_Address Network_Num_1_Num_8 Num_Monitors Video_Ram_KiB
        Resource_pool
        Folder_ID vApp DAS_protection FT_State FT_Role FT_Latency FT_Bandwidth FT_Sec_Latency
        Vm_Failover_In_Progress Provisioned_MiB In_Use_MiB Unshared_MiB HA_Restart_Priority
        HA_Isolation_Response HA_VM_Monitoring Cluster_rules Cluster_rule_names Boot_Required
        Boot_delay Boot_retry_delay Boot_retry_enabled Boot_BIOS_setup Reboot_PowerOff
        EFI_Secure_boot Firmware HW_version HW_upgrade_status HW_upgrade_policy HW_target Path
        Log_directory Snapshot_directory Suspend_directory Customization_Info Guest_Detailed_Data
        SMBIOS_UUID VM_UUID VI_SDK_Server_type VI_SDK_API_Version""",
    "vCPU": """
        CPUs Sockets Cores_per_socket Max Overall Level Shares Reservation Entitlement
        DRS_Entitlement Limit Hot_Add Hot_Remove Numa_Hotadd_Exposed""",
    "vMemory": """
        Size_MiB Memory_Reservation_Locked_To_Max Overhead Max Consumed Consumed_Overhead Private
        Shared Swapped Ballooned Active Entitlement DRS_Entitlement Level Shares Reservation Limit
        Hot_Add""",
    "vDisk": """
        Disk Disk_Key Disk_UUID Disk_Path Capacity_MiB Raw Disk_Mode Sharing_mode Thin
        Eagerly_Scrub Split Write_Through Level Shares Reservation Limit Controller Label
        SCSI_Unit_Num Unit_Num Shared_Bus Path Raw_LUN_ID Raw_Comp_Mode""",
    "vPartition": "Disk_Key Disk Capacity_MiB Consumed_MiB Free_MiB Free_Percent",
    "vNetwork": """
        NIC_label Adapter Network Switch Connected Starts_Connected Mac_Address Type IPv4_Address
        IPv6_Address Direct_Path_IO""",
    "vCD": "Device_Node Connected Starts_Connected Device_Type",
    "vUSB": """
        Device_Node Device_Type Connected Family Speed EHCI_enabled Auto_connect Bus_number
        Unit_number""",
    "vSnapshot": """
        Name Description Date_time Filename Size_MiB_vmsn Size_MiB_total Quiesced State""",
    "vTools": """
        VM_Version Tools Tools_Version Required_Version Upgradeable Upgrade_Policy Sync_time
        App_status Heartbeat_status Kernel_Crash_state Operation_Ready State_change_support
        Interactive_Guest""",
}

OTHERS = {
    "vHost": """
        Host Datacenter Cluster Config_status Compliance_Check_State in_Maintenance_Mode
        in_Quarantine_Mode vSAN_Fault_Domain_Name CPU_Model Speed HT_Available HT_Active Num_CPU
        Cores_per_CPU Num_Cores CPU_usage_Percent Num_Memory Memory_Tiering_Type
        Memory_usage_Percent Console Num_NICs Num_HBAs Num_VMs_total Num_VMs VMs_per_Core
        Num_vCPUs vCPUs_per_Core vRAM VM_Used_memory VM_Memory_Swapped VM_Memory_Ballooned
        VMotion_support Storage_VMotion_support Current_EVC Max_EVC Assigned_Licenses
        ATS_Heartbeat ATS_Locking Current_CPU_power_man_policy Supported_CPU_power_man
        Host_Power_Policy ESX_Version Boot_time DNS_Servers DHCP Domain Domain_List
        DNS_Search_Order NTP_Servers NTPD_running Time_Zone Time_Zone_Name GMT_Offset Vendor Model
        Serial_number Service_tag OEM_specific_string BIOS_Vendor BIOS_Version BIOS_Date
        Certificate_Issuer Certificate_Start_Date Certificate_Expiry_Date Certificate_Status
        Certificate_Subject Object_ID UUID""",
    "vHBA": "Host Datacenter Cluster Device Type Status Bus Pci Driver Model WWN",
    "vNIC": """
        Host Datacenter Cluster Network_Device Driver Speed Duplex MAC Switch Uplink_port PCI
        WakeOn""",
    "vSC_VMK": """
        Host Datacenter Cluster Port_Group Device Mac_Address DHCP IP_Address IP_6_Address
        Subnet_mask Gateway IP_6_Gateway MTU""",
    "vMultiPath": """
        Host Cluster Datacenter Datastore Disk Display_name Policy Oper_State Path_1_to_8
        Path_1_to_8_state vStorage Queue_depth Vendor Model Revision Level Serial_Num UUID
        Object_ID""",
    "vCluster": """
        Name Config_status OverallStatus NumHosts numEffectiveHosts TotalCpu NumCpuCores
        NumCpuThreads Effective_Cpu TotalMemory Effective_Memory Num_VMotions HA_enabled
        Failover_Level AdmissionControlEnabled Host_monitoring HB_Datastore_Candidate_Policy
        Isolation_Response Restart_Priority Cluster_Settings Max_Failures Max_Failure_Window
        Failure_Interval Min_Up_Time VM_Monitoring DRS_enabled DRS_default_VM_behavior
        DRS_vmotion_rate DPM_enabled DPM_default_behavior DPM_Host_Power_Action_Rate Object_ID""",
    "vDatastore": """
        Name Config_status Address Accessible Type Num_VMs_total Num_VMs Capacity_MiB
        Provisioned_MiB In_Use_MiB Free_MiB Free_Percent SIOC_enabled SIOC_Threshold Num_Hosts
        Hosts Cluster_name Cluster_capacity_MiB Cluster_free_space_MiB Block_size Max_Blocks
        Num_Extents Major_Version Version VMFS_Upgradeable MHA URL Object_ID
        vSphereReplication""",
    "vSwitch": """
        Host Datacenter Cluster Switch Num_Ports Free_Ports Promiscuous_Mode Mac_Changes
        Forged_Transmits Traffic_Shaping Width Peak Burst Policy Reverse_Policy Notify_Switch
        Rolling_Order Offload TSO Zero_Copy_Xmit MTU""",
    "vPort": """
        Host Datacenter Cluster Switch Port_Group VLAN Promiscuous_Mode Mac_Changes
        Forged_Transmits Traffic_Shaping Width Peak Burst Policy Reverse_Policy Notify_Switch
        Rolling_Order Offload TSO Zero_Copy_Xmit""",
    "vRP": """
        Resource_Pool_name Resource_Pool_path Status Num_VMs_total Num_VMs Num_vCPUs CPU_limit
        CPU_overheadLimit CPU_reservation CPU_level CPU_shares CPU_expandableReservation
        CPU_maxUsage CPU_overallUsage CPU_reservationUsed CPU_reservationUsedForVm
        CPU_unreservedForPool CPU_unreservedForVm Mem_Configured Mem_limit Mem_overheadLimit
        Mem_reservation Mem_level Mem_shares Mem_expandableReservation Mem_maxUsage
        Mem_overallUsage Mem_reservationUsed Mem_reservationUsedForVm Mem_unreservedForPool
        Mem_unreservedForVm QS_overallCpuDemand QS_overallCpuUsage QS_staticCpuEntitlement
        QS_distributedCpuEntitlement QS_balloonedMemory QS_compressedMemory
        QS_consumedOverheadMemory QS_distributedMemoryEntitlement QS_guestMemoryUsage
        QS_hostMemoryUsage QS_overheadMemory QS_privateMemory QS_sharedMemory
        QS_staticMemoryEntitlement QS_swappedMemory Object_ID""",
    "dvSwitch": """
        Switch Datacenter Name Vendor Version Description Created Host_members Max_Ports Num_Ports
        Num_VMs In_Traffic_Shaping In_Avg In_Peak In_Burst Out_Traffic_Shaping Out_Avg Out_Peak
        Out_Burst CDP_Type CDP_Operation LACP_Name LACP_Mode LACP_Load_Balance_Alg Max_MTU Contact
        Admin_Name Object_ID""",
    "dvPort": """
        Port Switch Type Num_Ports VLAN Speed Full_Duplex Blocked Allow_Promiscuous Mac_Changes
        Active_Uplink Standby_Uplink Policy Forged_Transmits In_Traffic_Shaping In_Avg In_Peak
        In_Burst Out_Traffic_Shaping Out_Avg Out_Peak Out_Burst Reverse_Policy Notify_Switch
        Rolling_Order Check_Beacon Live_Port_Moving Check_Duplex Check_Error_Percent Check_Speed
        Percentage Override_flags Object_ID""",
    "vSource": """
        Name OS_type API_type API_version Version Patch_level Build Fullname Product_name
        Product_version Product_line Vendor VI_SDK_Server VI_SDK_UUID""",
}
