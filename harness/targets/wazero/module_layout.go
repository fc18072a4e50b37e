package main

import (
	"errors"
	"fmt"
)

// moduleLayout is where the functions of a module lie, and what it imports.
type moduleLayout struct {
	typeSection       []byte
	types             []functionType
	imports           []moduleImport
	importedFunctions int
	// bodies holds sizes, without the size field.
	bodies []int
}

type functionType struct{ results []byte }

type moduleImport struct {
	module, name string
	kind         byte
	// functionType is an index; descriptor the bytes of any other kind.
	functionType uint32
	descriptor   []byte
}

func (l *moduleLayout) bodyBytes() int {
	sum := 0
	for _, size := range l.bodies {
		sum += size
	}
	return sum
}

// Sections and kinds of imports (core specification, 5.5.2 and 5.5.5).
const (
	typeSection, importSection, functionSection, tableSection, memorySection = 1, 2, 3, 4, 5
	globalSection, exportSection, codeSection                                = 6, 7, 10

	functionKind, tableKind, memoryKind, globalKind = 0, 1, 2, 3
)

var errCutOff = errors.New("the module is cut off")

// layoutOf reads sections as far as the layout needs; what is in the bodies is for the engine to judge.
func layoutOf(module []byte) (layout moduleLayout, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("malformed: %v", fault)
		}
	}()
	if len(module) < 8 || string(module[:8]) != "\x00asm\x01\x00\x00\x00" {
		return layout, errors.New("magic header or version not detected")
	}
	r := reader{module, 8}
	for r.at < len(module) {
		id := r.byte()
		section := reader{r.take(int(r.unsigned())), 0}
		switch id {
		case typeSection:
			layout.typeSection = section.bytes
			layout.readTypes(&section)
		case importSection:
			layout.readImports(&section)
		case codeSection:
			for count := section.unsigned(); count > 0; count-- {
				layout.bodies = append(layout.bodies, len(section.take(int(section.unsigned()))))
			}
		}
	}
	return layout, nil
}

func (l *moduleLayout) readTypes(r *reader) {
	for count := r.unsigned(); count > 0; count-- {
		if form := r.byte(); form != 0x60 {
			panic(fmt.Sprintf("no function type: form 0x%x", form))
		}
		r.take(int(r.unsigned()))
		l.types = append(l.types, functionType{r.take(int(r.unsigned()))})
	}
}

func (l *moduleLayout) readImports(r *reader) {
	for count := r.unsigned(); count > 0; count-- {
		one := moduleImport{module: r.name(), name: r.name(), kind: r.byte()}
		begin := r.at
		switch one.kind {
		case functionKind:
			one.functionType = r.unsigned()
			l.importedFunctions++
		case tableKind:
			r.byte()
			r.limits()
		case memoryKind:
			r.limits()
		case globalKind:
			r.take(2)
		default:
			panic(fmt.Sprintf("no kind of import: 0x%x", one.kind))
		}
		one.descriptor = r.bytes[begin:r.at]
		l.imports = append(l.imports, one)
	}
}

// reader reads the binary format; it panics at what is cut off.
type reader struct {
	bytes []byte
	at    int
}

func (r *reader) take(count int) []byte {
	if count < 0 || count > len(r.bytes)-r.at {
		panic(errCutOff)
	}
	taken := r.bytes[r.at : r.at+count]
	r.at += count
	return taken
}

func (r *reader) byte() byte { return r.take(1)[0] }

func (r *reader) unsigned() (value uint32) {
	for shift := 0; shift < 35; shift += 7 {
		next := r.byte()
		value |= uint32(next&0x7f) << shift
		if next < 0x80 {
			return value
		}
	}
	panic("an integer is too long")
}

func (r *reader) name() string { return string(r.take(int(r.unsigned()))) }

func (r *reader) limits() {
	flags := r.byte()
	r.unsigned()
	if flags&1 != 0 {
		r.unsigned()
	}
}
