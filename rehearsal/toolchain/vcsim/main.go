// Command vcsim serves the API of a vCenter with an empty inventory, which is kept in memory.
package main

import (
	"flag"
	"log"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	_ "github.com/vmware/govmomi/lookup/simulator"
	_ "github.com/vmware/govmomi/pbm/simulator"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/simulator/esx"
	_ "github.com/vmware/govmomi/sts/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on")
	cores := flag.Int("cores", 1, "cores of each host that is added")
	megahertz := flag.Int("mhz", 1000, "clock of each core, in MHz")
	memory := flag.Int64("memory", 1, "memory of each host, in GiB")
	flag.Parse()

	hardware := esx.HostHardwareInfo
	hardware.CpuInfo.NumCpuCores, hardware.CpuInfo.NumCpuThreads = int16(*cores), int16(*cores)
	hardware.CpuInfo.Hz, hardware.MemorySize = int64(*megahertz)*1_000_000, *memory<<30
	summary := esx.HostSystem.Summary.Hardware
	summary.NumCpuCores, summary.NumCpuThreads = int16(*cores), int16(*cores)
	summary.CpuMhz, summary.MemorySize = int32(*megahertz), *memory<<30

	model := simulator.VPX()
	model.Datacenter = 0
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	defer model.Remove()
	// Not on the command line, which everyone on the machine can read.
	user := url.UserPassword(os.Getenv("VCSIM_USER"), os.Getenv("VCSIM_PASSWORD"))
	model.Service.Listen = &url.URL{Host: *listen, User: user}
	model.Service.RegisterEndpoints = true
	server := model.Service.NewServer()
	defer server.Close()
	log.Print("listening on ", server.URL.Host)

	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGINT, syscall.SIGTERM)
	<-ended
}
