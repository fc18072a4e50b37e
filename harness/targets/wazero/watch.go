package main

import (
	"runtime"
	"strconv"
	"strings"
	"time"
)

// watch tells what the collector did while a block ran, and what others did to the timing thread.
type watch struct {
	referenceBefore    time.Duration
	memory             runtime.MemStats
	runDelay, switches int64
}

func beginWatch() *watch {
	w := &watch{referenceBefore: reference()}
	runtime.ReadMemStats(&w.memory)
	w.runDelay, w.switches = threadCounters()
	return w
}

func (w *watch) end() answer {
	runDelay, switches := threadCounters()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	told := answer{
		"collections":                memory.NumGC - w.memory.NumGC,
		"collectionNanoseconds":      memory.PauseTotalNs - w.memory.PauseTotalNs,
		"referenceBeforeNanoseconds": w.referenceBefore.Nanoseconds(),
		"referenceAfterNanoseconds":  reference().Nanoseconds(),
	}
	if memory.NumGC == w.memory.NumGC {
		told["allocatedBytes"] = memory.TotalAlloc - w.memory.TotalAlloc
	}
	if runDelay >= 0 && w.runDelay >= 0 {
		told["runDelayNanoseconds"] = max(0, runDelay-w.runDelay)
		told["involuntarySwitches"] = max(0, switches-w.switches)
	}
	return told
}

// threadCounters are run delay and involuntary switches of this thread; -1 where the system does not tell.
func threadCounters() (runDelay, switches int64) {
	fields := strings.Fields(fileText("/proc/thread-self/schedstat"))
	if len(fields) < 2 {
		return -1, -1
	}
	runDelay, _ = strconv.ParseInt(fields[1], 10, 64)
	_, after, _ := strings.Cut(fileText("/proc/thread-self/status"), "nonvoluntary_ctxt_switches:")
	switches, _ = strconv.ParseInt(strings.TrimSpace(strings.SplitN(after, "\n", 2)[0]), 10, 64)
	return runDelay, switches
}

var sink uint32

// reference is how long a fixed piece of work takes that reads no memory and keeps a core's adders busy.
func reference() time.Duration {
	begin := time.Now()
	var a, b, c, d, e, f, g, h uint32
	for round := uint32(0); round < 32_000; round++ {
		a, b, c, d = (a^round)+8, (b^round)+9, (c^round)+10, (d^round)+11
		e, f, g, h = (e^round)+12, (f^round)+13, (g^round)+14, (h^round)+15
	}
	sink = a + b + c + d + e + f + g + h
	return time.Since(begin)
}
