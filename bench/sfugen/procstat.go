// What the kernel says of the server, the generator and the machine: /proc.
package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// Snapshot is everything read from the kernel at one moment.
type Snapshot struct {
	At        time.Time
	TickSec   []float64 // per server pid, utime+stime from /proc/PID/stat (10 ms ticks)
	User, Sys float64   // sums over server pids
	CPUSec    []float64 // per server pid, see processorSeconds
	RSSKB     []int64
	SelfSec   float64
	Core      map[string][2]float64 // cpuN -> busy, steal seconds
	UDP       map[string]int64
	CtxSw     int64 // voluntary + involuntary context switches of the server pids
	Threads   int
}

func (s Snapshot) rssMB() float64 {
	var kb int64
	for _, v := range s.RSSKB {
		kb += v
	}
	return float64(kb) / 1024
}

// processorSeconds reads a process's own CPU clock, in nanoseconds: clock_getcpuclockid(3). It counts threads that have ended as well; a sum over
// /proc/PID/task would lose all they ever took, and a server that ends one within a window would look cheaper than it is.
func processorSeconds(pid int) float64 {
	const scheduled = 2 // CPUCLOCK_SCHED
	var t syscall.Timespec
	if _, _, e := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(^pid<<3|scheduled), uintptr(unsafe.Pointer(&t)), 0); e != 0 {
		return 0
	}
	return float64(t.Nano()) / 1e9
}

func takeSnapshot(pids []int) Snapshot {
	s := Snapshot{At: time.Now(), Core: map[string][2]float64{}, UDP: map[string]int64{}}
	for _, pid := range pids {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		var t float64
		if i := strings.LastIndexByte(string(b), ')'); i > 0 {
			f := strings.Fields(string(b[i+1:]))
			u, _ := strconv.ParseFloat(f[11], 64)
			k, _ := strconv.ParseFloat(f[12], 64)
			s.User += u / 100
			s.Sys += k / 100
			t = (u + k) / 100
		}
		s.TickSec = append(s.TickSec, t)
		s.CPUSec = append(s.CPUSec, processorSeconds(pid))
		var rss int64
		if f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
			sc := bufio.NewScanner(f)
			for sc.Scan() {
				if strings.HasPrefix(sc.Text(), "VmRSS:") {
					rss, _ = strconv.ParseInt(strings.Fields(sc.Text())[1], 10, 64)
				}
			}
			f.Close()
		}
		s.RSSKB = append(s.RSSKB, rss)
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
		s.Threads += len(tasks)
		for _, p := range tasks {
			b, _ := os.ReadFile(p)
			for _, l := range strings.Split(string(b), "\n") {
				if strings.Contains(l, "ctxt_switches:") {
					v, _ := strconv.ParseInt(strings.Fields(l)[1], 10, 64)
					s.CtxSw += v
				}
			}
		}
	}
	var ru syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &ru)
	s.SelfSec = float64(ru.Utime.Nano()+ru.Stime.Nano()) / 1e9
	if b, err := os.ReadFile("/proc/stat"); err == nil {
		for _, l := range strings.Split(string(b), "\n") {
			f := strings.Fields(l)
			if len(f) > 8 && strings.HasPrefix(f[0], "cpu") && f[0] != "cpu" {
				v := make([]float64, len(f))
				for i := 1; i < len(f); i++ {
					v[i], _ = strconv.ParseFloat(f[i], 64)
				}
				s.Core[f[0]] = [2]float64{(v[1] + v[2] + v[3] + v[6] + v[7]) / 100, v[8] / 100}
			}
		}
	}
	if b, err := os.ReadFile("/proc/net/snmp"); err == nil {
		var head []string
		for _, l := range strings.Split(string(b), "\n") {
			if strings.HasPrefix(l, "Udp:") {
				f := strings.Fields(l)
				if head == nil {
					head = f
					continue
				}
				for i := 1; i < len(f); i++ {
					s.UDP[head[i]], _ = strconv.ParseInt(f[i], 10, 64)
				}
			}
		}
	}
	return s
}
