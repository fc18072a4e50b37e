package main

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// kernel is clear on a slice of bytes: memset as Go's runtime has it, with vector instructions. It fills zeros alone.
	kernel = "native-memset"

	// Common sizes of server cores, where the system does not tell.
	assumedPrivateCacheBytes   = 1 << 20
	assumedLastLevelCacheBytes = 32 << 20
	// freshRegionBytes are taken from the system at once, and given back when filled.
	freshRegionBytes = 64 << 20
)

var regimes = []string{"hot", "llc", "memory", "first-touch"}

func memsetArm(wanted, regime string, sizes []int) (*arm, error) {
	if wanted != kernel {
		return nil, unsupported("no memset kernel %q; there is %s", wanted, kernel)
	}
	if !slices.Contains(regimes, regime) {
		return nil, unsupported("no regime %q; there are %s", regime, strings.Join(regimes, ", "))
	}
	if len(sizes) == 0 {
		return nil, badRequest("\"sizes\" is empty")
	}
	largest := max(1, slices.Max(sizes))
	sum := 0
	for _, size := range sizes {
		sum += size
	}
	made := &arm{bytesPerCall: uint64(sum), granularity: "function", method: "clear, which fills zeros"}
	private, last := caches()
	var err error
	switch regime {
	case "hot":
		made.run, err = filled(sizes, largest, false)
	case "llc":
		made.run, err = filled(sizes, max(last/2, 2*private, largest), true)
	case "memory":
		made.run, err = filled(sizes, max(2*last, 64<<20, 2*largest), true)
	default:
		made.run, err = filledFresh(sizes, max(freshRegionBytes, largest))
	}
	return made, err
}

// filled fills one buffer that is already there: always its start, or walking through it.
func filled(sizes []int, length int, walks bool) (func(uint64) (time.Duration, error), error) {
	buffer, err := pages(length)
	if err != nil {
		return nil, err
	}
	for i := range buffer {
		buffer[i] = 1
	}
	position := 0
	return func(calls uint64) (time.Duration, error) {
		begin := time.Now()
		for range calls {
			for _, size := range sizes {
				if position+size > length {
					position = 0
				}
				clear(buffer[position : position+size])
				if walks {
					position += size
				}
			}
		}
		return time.Since(begin), nil
	}, nil
}

// filledFresh fills memory that nobody has touched since the system handed it out; fills lie side by side.
func filledFresh(sizes []int, length int) (func(uint64) (time.Duration, error), error) {
	region, err := pages(length)
	if err != nil {
		return nil, err
	}
	position := 0
	return func(calls uint64) (elapsed time.Duration, err error) {
		begin := time.Now()
		for range calls {
			for _, size := range sizes {
				if position+size > length {
					elapsed += time.Since(begin)
					if err := syscall.Munmap(region); err != nil {
						return 0, err
					}
					if region, err = pages(length); err != nil {
						return 0, err
					}
					position = 0
					begin = time.Now()
				}
				clear(region[position : position+size])
				position += size
			}
		}
		return elapsed + time.Since(begin), nil
	}, nil
}

// pages are zero until first written, and none of the collector's.
func pages(bytes int) ([]byte, error) {
	return syscall.Mmap(-1, 0, bytes, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
}

// caches tells the largest cache that a core has for itself, and the last-level cache.
func caches() (private, last int) {
	sizes := map[int]int{}
	levels := []int{}
	for index := range 8 {
		folder := "/sys/devices/system/cpu/cpu0/cache/index" + strconv.Itoa(index) + "/"
		level, err := strconv.Atoi(fileText(folder + "level"))
		kibibytes, fault := strconv.Atoi(strings.TrimSuffix(fileText(folder+"size"), "K"))
		if err != nil || fault != nil || fileText(folder+"type") == "Instruction" {
			continue
		}
		levels = append(levels, level)
		sizes[level] = kibibytes << 10
	}
	private, last = assumedPrivateCacheBytes, assumedLastLevelCacheBytes
	slices.Sort(levels)
	if levels = slices.Compact(levels); len(levels) > 0 {
		last = sizes[levels[len(levels)-1]]
		private = min(private, last/2)
		if len(levels) > 1 {
			private = sizes[levels[len(levels)-2]]
		}
	}
	if given, err := strconv.Atoi(os.Getenv("WASM_DYNO_LLC_BYTES")); err == nil && given > 0 {
		last = given
	}
	return private, last
}

func fileText(path string) string {
	text, _ := os.ReadFile(path)
	return strings.TrimSpace(string(text))
}
