package main

import "encoding/binary"

// standIns are modules, by the names that imports give them, that export what is imported from them: functions that return zeros, memories
// and tables of the wanted size, globals holding zero. They are WebAssembly, because a host module of wazero's has functions alone.
func (l *moduleLayout) standIns() map[string][]byte {
	modules := map[string]*standIn{}
	seen := map[[2]string]bool{}
	for _, one := range l.imports {
		if key := [2]string{one.module, one.name}; seen[key] {
			continue
		} else {
			seen[key] = true
		}
		if modules[one.module] == nil {
			modules[one.module] = &standIn{}
		}
		modules[one.module].add(l, one)
	}
	result := map[string][]byte{}
	for name, module := range modules {
		result[name] = module.encode(l.typeSection)
	}
	return result
}

// standIn holds the entries of each section that has any.
type standIn struct {
	functions, tables, memories, globals, exports, bodies [][]byte
}

func (s *standIn) add(l *moduleLayout, one moduleImport) {
	var entries *[][]byte
	entry := one.descriptor
	switch one.kind {
	case functionKind:
		entries, entry = &s.functions, unsigned(one.functionType)
		body := append(append([]byte{0}, zeros(l.types[one.functionType].results)...), 0x0b)
		s.bodies = append(s.bodies, append(unsigned(uint32(len(body))), body...))
	case tableKind:
		entries = &s.tables
	case memoryKind:
		entries = &s.memories
	case globalKind:
		entries, entry = &s.globals, append(append(append([]byte{}, entry...), zeros(entry[:1])...), 0x0b)
	}
	export := append(unsigned(uint32(len(one.name))), one.name...)
	s.exports = append(s.exports, append(append(export, one.kind), unsigned(uint32(len(*entries)))...))
	*entries = append(*entries, entry)
}

// encode writes the module. The types are those of the importing module, so that indices stay.
func (s *standIn) encode(types []byte) []byte {
	module := []byte("\x00asm\x01\x00\x00\x00")
	push := func(id byte, content []byte) {
		module = append(append(append(module, id), unsigned(uint32(len(content)))...), content...)
	}
	if types != nil {
		push(typeSection, types)
	}
	for _, section := range []struct {
		id      byte
		entries [][]byte
	}{
		{functionSection, s.functions}, {tableSection, s.tables}, {memorySection, s.memories},
		{globalSection, s.globals}, {exportSection, s.exports}, {codeSection, s.bodies},
	} {
		if len(section.entries) == 0 {
			continue
		}
		content := unsigned(uint32(len(section.entries)))
		for _, entry := range section.entries {
			content = append(content, entry...)
		}
		push(section.id, content)
	}
	return module
}

// zeros are instructions that leave a zero, or null, of each type.
func zeros(types []byte) (code []byte) {
	for _, valueType := range types {
		switch valueType {
		case 0x7f, 0x7e: // i32.const 0, i64.const 0
			code = append(code, 0x41+(0x7f-valueType), 0)
		case 0x7d: // f32.const 0
			code = append(code, 0x43, 0, 0, 0, 0)
		case 0x7c: // f64.const 0
			code = append(code, append([]byte{0x44}, make([]byte, 8)...)...)
		case 0x7b: // v128.const 0
			code = append(code, append([]byte{0xfd, 0x0c}, make([]byte, 16)...)...)
		default: // ref.null
			code = append(code, 0xd0, valueType)
		}
	}
	return code
}

func unsigned(value uint32) []byte { return binary.AppendUvarint(nil, uint64(value)) }
