package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"time"
)

// Limits of a line, as the protocol has them.
const longestLine = 64 << 20

type request struct {
	ID     *json.Number `json:"id"`
	Method *string      `json:"method"`
	Params params       `json:"params"`
}

// params holds what any method may be given.
type params struct {
	Module    string    `json:"module"`
	Path      string    `json:"path"`
	Mode      string    `json:"mode"`
	Arm       string    `json:"arm"`
	Kind      string    `json:"kind"`
	Phase     string    `json:"phase"`
	Functions []uint32  `json:"functions"`
	Parts     []any     `json:"parts"`
	Export    string    `json:"export"`
	Arguments []string  `json:"arguments"`
	Kernel    string    `json:"kernel"`
	Regime    string    `json:"regime"`
	Sizes     []float64 `json:"sizes"`
	Calls     float64   `json:"calls"`
}

// arm is something that can be called again and again, and timed.
type arm struct {
	bytesPerCall uint64
	granularity  string
	method       string
	// run makes so many calls and tells how long they took, without what a call needs made beforehand.
	run     func(calls uint64) (time.Duration, error)
	started bool
}

type loadedModule struct {
	bytes  []byte
	layout moduleLayout
}

type server struct {
	target  *target
	modules map[string]*loadedModule
	arms    map[string]*arm
}

type answer = map[string]any

// serve answers requests until the input closes or exit comes.
func serve(target *target, input io.Reader, output io.Writer) error {
	s := server{target, map[string]*loadedModule{}, map[string]*arm{}}
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		reply, exits := s.reply(lines.Bytes())
		text, err := json.Marshal(reply)
		if err != nil {
			return err
		}
		if _, err := output.Write(append(text, '\n')); err != nil || exits {
			return err
		}
	}
	return lines.Err()
}

func (s *server) reply(line []byte) (reply answer, exits bool) {
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return errorAnswer(r.ID, badRequest("%v", err)), false
	}
	if r.ID == nil || r.Method == nil {
		return errorAnswer(r.ID, badRequest("\"id\" or \"method\" is missing")), false
	}
	result, err := s.guarded(*r.Method, &r.Params)
	if err != nil {
		return errorAnswer(r.ID, err), false
	}
	return answer{"id": r.ID, "result": result}, *r.Method == "exit"
}

func errorAnswer(id *json.Number, err error) answer {
	var told *protocolError
	if !errors.As(err, &told) {
		told = &protocolError{"internal", err.Error()}
	}
	return answer{"id": id, "error": answer{"code": told.code, "message": told.message}}
}

// guarded answers internal where the engine panics, and lives on.
func (s *server) guarded(method string, p *params) (result any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the engine panicked: %v", fault)
		}
	}()
	switch method {
	case "describe":
		return s.target.describe(), nil
	case "load":
		return s.load(p)
	case "arm":
		return s.arm(p)
	case "block":
		return s.block(p)
	case "curve":
		return s.curve(p)
	case "invoke":
		return s.invoke(p)
	case "collect":
		runtime.GC()
		return answer{}, nil
	case "exit":
		return answer{}, nil
	}
	return nil, unsupported("no method %q", method)
}

func (s *server) load(p *params) (any, error) {
	if p.Mode != "" && p.Mode != unparsed {
		return nil, unsupported("no mode %q", p.Mode)
	}
	bytes, err := os.ReadFile(p.Path)
	if err != nil {
		return nil, badRequest("%v", err)
	}
	module := &loadedModule{bytes: bytes}
	if p.Mode != unparsed {
		if module.layout, err = layoutOf(bytes); err != nil {
			return nil, invalidModule(err)
		}
	}
	s.modules[p.Module] = module
	functions := make([]answer, len(module.layout.bodies))
	for i, size := range module.layout.bodies {
		functions[i] = answer{"index": module.layout.importedFunctions + i, "bodyBytes": size}
	}
	return answer{"moduleBytes": len(bytes), "bodyBytes": module.layout.bodyBytes(), "functions": functions}, nil
}

// unparsed is the harness's own mode: the file is read, and nothing else done with it.
const unparsed = "unparsed"

func (s *server) module(name string) (*loadedModule, error) {
	module := s.modules[name]
	if module == nil {
		return nil, badRequest("module %q is not loaded", name)
	}
	return module, nil
}

func (s *server) arm(p *params) (any, error) {
	made, err := s.made(p)
	if err != nil {
		return nil, err
	}
	s.arms[p.Arm] = made
	told := answer{"bytesPerCall": made.bytesPerCall, "granularity": made.granularity}
	if made.method != "" {
		told["method"] = made.method
	}
	return told, nil
}

func (s *server) made(p *params) (*arm, error) {
	switch p.Kind {
	case "memset":
		sizes := make([]int, len(p.Sizes))
		for i, size := range p.Sizes {
			if size < 0 || size > 1<<32 || size != math.Trunc(size) {
				return nil, badRequest("a fill of %v bytes", size)
			}
			sizes[i] = int(size)
		}
		return memsetArm(p.Kernel, p.Regime, sizes)
	case "phase":
		module, err := s.module(p.Module)
		if err != nil {
			return nil, err
		}
		if p.Functions != nil || len(p.Parts) > 0 {
			return nil, unsupported("%s is timed one whole module at a time", p.Phase)
		}
		return s.target.phaseArm(p, module)
	}
	return nil, badRequest("no kind %q of arm", p.Kind)
}

func (s *server) armNamed(p *params) (*arm, uint64, error) {
	found := s.arms[p.Arm]
	if found == nil {
		return nil, 0, badRequest("there is no arm %q", p.Arm)
	}
	if p.Calls < 1 || p.Calls > 1<<53 || p.Calls != math.Trunc(p.Calls) {
		return nil, 0, badRequest("\"calls\" is no count")
	}
	return found, uint64(p.Calls), nil
}

func (s *server) block(p *params) (any, error) {
	arm, calls, err := s.armNamed(p)
	if err != nil {
		return nil, err
	}
	arm.started = true
	watch := beginWatch()
	elapsed, err := arm.run(calls)
	if err != nil {
		return nil, err
	}
	told := watch.end()
	told["calls"], told["nanoseconds"], told["bytes"] = calls, elapsed.Nanoseconds(), calls*arm.bytesPerCall
	return told, nil
}

func (s *server) curve(p *params) (any, error) {
	arm, calls, err := s.armNamed(p)
	if err != nil {
		return nil, err
	}
	if arm.started {
		return nil, badRequest("the arm has run: its first calls are past")
	}
	arm.started = true
	times := make([]int64, calls)
	for i := range times {
		elapsed, err := arm.run(1)
		if err != nil {
			return nil, err
		}
		times[i] = elapsed.Nanoseconds()
	}
	return answer{"nanoseconds": times}, nil
}

func (s *server) invoke(p *params) (any, error) {
	module, err := s.module(p.Module)
	if err != nil {
		return nil, err
	}
	callee, err := s.target.exported(module, p.Export, p.Arguments)
	if err != nil {
		return nil, err
	}
	defer callee.close()
	if err := callee.call(); err != nil {
		return nil, err
	}
	return answer{"results": slices.Clone(callee.results())}, nil
}
