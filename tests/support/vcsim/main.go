// vcsim for vMiner's tests: govmomi's vCenter simulator, with what the stock inventory lacks.
//
// Every instance has identities of its own, made from -seed (the same seed gives the same vCenter), and
// its machines have CPUs, memory, guests, addresses and power states that differ. It says where it
// listens in one line of JSON on standard output and ends on SIGTERM or when standard input closes.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	crand "crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"math/rand"
	"net"
	"net/url"
	"os"
	"os/signal"
	"reflect"
	"sort"
	"syscall"
	"time"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

var guests = []struct{ id, name string }{
	{"ubuntu64Guest", "Ubuntu Linux (64-bit)"},
	{"rhel9_64Guest", "Red Hat Enterprise Linux 9 (64-bit)"},
	{"windows2019srv_64Guest", "Microsoft Windows Server 2019 (64-bit)"},
	{"debian11_64Guest", "Debian GNU/Linux 11 (64-bit)"},
}

var listen = flag.String("l", "127.0.0.1:0", "address to listen on")
var machines = flag.Int("vm", 50, "virtual machines")
var hosts = flag.Int("host", 3, "hosts of the one cluster")
var seed = flag.Int64("seed", 1, "what the identities are made from")
var user = flag.String("username", "administrator@vsphere.local", "the only account")
var password = flag.String("password", "vminer", "its password")

func main() {
	flag.Parse()
	stop := make(chan os.Signal, 2)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	model := simulator.VPX()
	model.Host, model.ClusterHost = 0, *hosts // no standalone host: its pool would double the machines
	model.Machine, model.Autostart = *machines, false
	defer model.Remove()
	rand.Seed(*seed) // govmomi places machines on hosts at random
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	individualize(rand.New(rand.NewSource(*seed)))

	certificate, encoded := selfSigned()
	model.Service.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	model.Service.Listen = &url.URL{Host: *listen, User: url.UserPassword(*user, *password)}
	server := model.Service.NewServer()
	defer server.Close()

	instance := simulator.Map.Get(vim25.ServiceInstance).(*simulator.ServiceInstance)
	port := server.Listener.Addr().(*net.TCPAddr).Port
	_ = json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"port": port, "certificate": encoded, "instanceUuid": instance.Content.About.InstanceUuid,
	})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop <- syscall.SIGTERM // whoever started us is gone
	}()
	<-stop
}

// individualize gives the inventory the identities and the variety that stock vcsim lacks.
func individualize(random *rand.Rand) {
	newUUID := func() string { return uuid.Must(uuid.NewRandomFromReader(random)).String() }
	instance := simulator.Map.Get(vim25.ServiceInstance).(*simulator.ServiceInstance)
	instance.Content.About.InstanceUuid = newUUID()
	for _, entity := range sorted("HostSystem") {
		host := entity.(*simulator.HostSystem)
		host.Summary.Hardware.Uuid = newUUID()
		host.Hardware.SystemInfo.Uuid = host.Summary.Hardware.Uuid
	}
	for number, entity := range sorted("VirtualMachine") {
		vm := &entity.(*simulator.VirtualMachine).VirtualMachine
		vm.Config.Uuid, vm.Config.InstanceUuid = newUUID(), newUUID()
		vm.Config.ChangeVersion = time.Unix(1700000000+int64(number), 0).UTC().Format(time.RFC3339)
		vm.Config.Hardware.NumCPU = int32(1 << uint(random.Intn(4)))
		vm.Config.Hardware.MemoryMB = int32(1024 << uint(random.Intn(5)))
		guest := guests[random.Intn(len(guests))]
		vm.Config.GuestId, vm.Config.GuestFullName = guest.id, guest.name
		setSummary(vm)
		vm.Runtime.PowerState = types.VirtualMachinePowerStatePoweredOff
		if random.Intn(5) > 0 {
			started := time.Now().Add(-time.Duration(random.Intn(1000)) * time.Hour)
			vm.Runtime.PowerState, vm.Runtime.BootTime = types.VirtualMachinePowerStatePoweredOn, &started
		}
		addresses(vm, number)
		vm.Summary.Runtime = vm.Runtime
	}
}

// setSummary copies the configuration to where summary.config has it.
func setSummary(vm *mo.VirtualMachine) {
	summary := &vm.Summary.Config
	summary.Uuid, summary.InstanceUuid = vm.Config.Uuid, vm.Config.InstanceUuid
	summary.NumCpu, summary.MemorySizeMB = vm.Config.Hardware.NumCPU, vm.Config.Hardware.MemoryMB
	summary.GuestId, summary.GuestFullName = vm.Config.GuestId, vm.Config.GuestFullName
}

// addresses gives every machine its MAC, and a running one a guest with a name and IP addresses.
func addresses(vm *mo.VirtualMachine, number int) {
	mac := fmt.Sprintf("00:50:56:%02x:%02x:%02x", *seed&0x3f, number>>8&0xff, number&0xff)
	for index, device := range vm.Config.Hardware.Device {
		if _, ok := device.(types.BaseVirtualEthernetCard); ok {
			own := reflect.New(reflect.TypeOf(device).Elem()) // govmomi's machines share one card
			own.Elem().Set(reflect.ValueOf(device).Elem())
			own.Interface().(types.BaseVirtualEthernetCard).GetVirtualEthernetCard().MacAddress = mac
			vm.Config.Hardware.Device[index] = own.Interface().(types.BaseVirtualDevice)
		}
	}
	vm.Guest = &types.GuestInfo{GuestState: "notRunning", ToolsRunningStatus: "guestToolsNotRunning"}
	if vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn {
		ip := fmt.Sprintf("10.%d.%d.%d", *seed&0xff, number/250&0xff, number%250+1)
		vm.Guest = &types.GuestInfo{
			GuestState: "running", ToolsRunningStatus: "guestToolsRunning",
			GuestId: vm.Config.GuestId, GuestFullName: vm.Config.GuestFullName,
			HostName: fmt.Sprintf("vm%d.seed%d.test", number, *seed), IpAddress: ip,
			Net: []types.GuestNicInfo{{
				Network: "VM Network", MacAddress: mac, Connected: true, DeviceConfigId: 4000,
				IpAddress: []string{ip, fmt.Sprintf("fd00:%x::%x", *seed&0xffff, number+1)},
			}},
		}
	}
	vm.Summary.Guest = &types.VirtualMachineGuestSummary{
		GuestId: vm.Guest.GuestId, GuestFullName: vm.Guest.GuestFullName,
		HostName: vm.Guest.HostName, IpAddress: vm.Guest.IpAddress,
		ToolsRunningStatus: vm.Guest.ToolsRunningStatus,
	}
}

func sorted(kind string) []mo.Entity {
	entities := simulator.Map.All(kind)
	sort.Slice(entities, func(i, j int) bool {
		one, other := entities[i].Reference().Value, entities[j].Reference().Value
		return len(one) < len(other) || len(one) == len(other) && one < other // vm-9 before vm-10
	})
	return entities
}

// selfSigned returns a new certificate for the loopback addresses, and its PEM.
func selfSigned() (tls.Certificate, string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: "vcsim"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(crand.Reader, template, template, key.Public(), key)
	if err != nil {
		log.Fatal(err)
	}
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, string(encoded)
}
