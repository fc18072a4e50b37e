// Command wasm-dyno-target-wazero is wazero as a target of wasm-dyno (docs/target-protocol.md):
// wasm-dyno-target-wazero [--engine=compiler|interpreter], then JSON lines.
package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/tetratelabs/wazero"
)

func main() {
	// The timing thread is one and the same, so that what others do to it can be told.
	runtime.LockOSThread()
	config, flag := wazero.NewRuntimeConfigCompiler(), "--engine=compiler"
	for _, argument := range os.Args[1:] {
		switch argument {
		case "--engine=compiler":
			config, flag = wazero.NewRuntimeConfigCompiler(), argument
		case "--engine=interpreter":
			config, flag = wazero.NewRuntimeConfigInterpreter(), argument
		default:
			fmt.Fprintf(os.Stderr, "wasm-dyno-target-wazero: unknown argument %q; there is --engine=compiler|interpreter\n", argument)
			os.Exit(2)
		}
	}
	if err := serve(newTarget(config, flag), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "wasm-dyno-target-wazero: %v\n", err)
		os.Exit(1)
	}
}
