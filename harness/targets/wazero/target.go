package main

import (
	"context"
	"time"

	"github.com/tetratelabs/wazero"
)

// Pinned in go.mod; a test compares the two.
const wazeroVersion = "1.12.0"

// target is wazero behind the protocol. It has no fuel, and compiles a module as a whole.
type target struct {
	config wazero.RuntimeConfig
	flag   string
}

func newTarget(config wazero.RuntimeConfig, flag string) *target { return &target{config, flag} }

func (t *target) describe() any {
	return answer{
		"protocol": 1,
		"engine":   "wazero",
		"version":  wazeroVersion,
		"flags":    []string{t.flag},
		"features": []string{
			"mutableGlobal", "multiValue", "saturatingFloatToInt", "signExtension", "bulkMemory", "referenceTypes", "simd",
		},
		"phases":   []string{"compile", "execute"},
		"executes": true,
		"collects": true,
		"memset":   []answer{{"kernel": kernel, "regimes": regimes}},
		"clock":    answer{"name": "time.Now", "resolutionNanoseconds": clockResolution().Nanoseconds()},
		"fuel":     nil,
	}
}

func (t *target) phaseArm(p *params, module *loadedModule) (*arm, error) {
	switch p.Phase {
	case "compile":
		return t.compileArm(module), nil
	case "execute":
		if p.Export == "" {
			return nil, badRequest("\"export\" is missing")
		}
		callee, err := t.exported(module, p.Export, p.Arguments)
		if err != nil {
			return nil, err
		}
		return &arm{granularity: "function", run: callee.timed}, nil
	}
	return nil, unsupported("wazero's phase %q cannot be told apart; there are compile and execute", p.Phase)
}

// compileArm compiles the whole module anew in each call: closing what was compiled takes it out of the runtime, which would else know it.
func (t *target) compileArm(module *loadedModule) *arm {
	ctx := context.Background()
	runtime := wazero.NewRuntimeWithConfig(ctx, t.config)
	return &arm{
		bytesPerCall: uint64(module.layout.bodyBytes()),
		granularity:  "module",
		method:       "Runtime.CompileModule, closed in between",
		run: func(calls uint64) (elapsed time.Duration, err error) {
			for range calls {
				begin := time.Now()
				compiled, err := runtime.CompileModule(ctx, module.bytes)
				elapsed += time.Since(begin)
				if err != nil {
					return 0, invalidModule(err)
				}
				if err := compiled.Close(ctx); err != nil {
					return 0, err
				}
			}
			return elapsed, nil
		},
	}
}

// clockResolution is the least difference between two readings that differ.
func clockResolution() time.Duration {
	least := time.Hour
	for range 100 {
		begin := time.Now()
		elapsed := time.Since(begin)
		for elapsed == 0 {
			elapsed = time.Since(begin)
		}
		least = min(least, elapsed)
	}
	return least
}
