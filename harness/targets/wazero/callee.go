package main

import (
	"context"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// callee is an exported function of a living instance, with its arguments.
type callee struct {
	runtime  wazero.Runtime
	function api.Function
	// stack holds the arguments before a call, and the results after it.
	stack, arguments []uint64
	resultTypes      []api.ValueType
}

// exported instantiates a module with stand-ins for its imports. A start function runs.
func (t *target) exported(module *loadedModule, name string, arguments []string) (*callee, error) {
	ctx := context.Background()
	runtime := wazero.NewRuntimeWithConfig(ctx, t.config)
	instance, err := instantiated(ctx, runtime, module)
	if err != nil {
		runtime.Close(ctx)
		return nil, err
	}
	function := instance.ExportedFunction(name)
	if function == nil {
		runtime.Close(ctx)
		return nil, badRequest("the module exports no function %q", name)
	}
	types := function.Definition().ParamTypes()
	if len(types) != len(arguments) {
		runtime.Close(ctx)
		return nil, badRequest("%q takes %d arguments, not %d", name, len(types), len(arguments))
	}
	given := make([]uint64, len(types))
	for i, text := range arguments {
		if given[i], err = parseValue(text, types[i]); err != nil {
			runtime.Close(ctx)
			return nil, err
		}
	}
	results := function.Definition().ResultTypes()
	stack := make([]uint64, max(len(given), len(results)))
	return &callee{runtime, function, stack, given, results}, nil
}

func instantiated(ctx context.Context, runtime wazero.Runtime, module *loadedModule) (api.Module, error) {
	compiled, err := runtime.CompileModule(ctx, module.bytes)
	if err != nil {
		return nil, invalidModule(err)
	}
	for name, bytes := range module.layout.standIns() {
		if _, err := runtime.InstantiateWithConfig(ctx, bytes, wazero.NewModuleConfig().WithName(name)); err != nil {
			return nil, trap(err)
		}
	}
	// Anonymous, and nothing run that the module does not say itself.
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	instance, err := runtime.InstantiateModule(ctx, compiled, config)
	if err != nil {
		return nil, trap(err)
	}
	return instance, nil
}

func (c *callee) call() error {
	copy(c.stack, c.arguments)
	if err := c.function.CallWithStack(context.Background(), c.stack); err != nil {
		return trap(err)
	}
	return nil
}

func (c *callee) timed(calls uint64) (time.Duration, error) {
	begin := time.Now()
	for range calls {
		if err := c.call(); err != nil {
			return 0, err
		}
	}
	return time.Since(begin), nil
}

func (c *callee) results() []string {
	texts := make([]string, len(c.resultTypes))
	for i, valueType := range c.resultTypes {
		texts[i] = printValue(c.stack[i], valueType)
	}
	return texts
}

func (c *callee) close() { c.runtime.Close(context.Background()) }
