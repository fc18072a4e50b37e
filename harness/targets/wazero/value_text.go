package main

import (
	"math"
	"strconv"
	"strings"

	"github.com/tetratelabs/wazero/api"
)

// parseValue reads an argument: integers signed or unsigned, floats as JavaScript prints them, the null reference.
func parseValue(text string, valueType api.ValueType) (uint64, error) {
	fault := func() error { return badRequest("%q is no %s", text, api.ValueTypeName(valueType)) }
	switch valueType {
	case api.ValueTypeI32, api.ValueTypeI64:
		bits := 32
		if valueType == api.ValueTypeI64 {
			bits = 64
		}
		if value, err := strconv.ParseInt(text, 10, bits); err == nil {
			if bits == 32 {
				return api.EncodeI32(int32(value)), nil
			}
			return api.EncodeI64(value), nil
		}
		value, err := strconv.ParseUint(text, 10, bits)
		if err != nil {
			return 0, fault()
		}
		return value, nil
	case api.ValueTypeF32, api.ValueTypeF64:
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return 0, fault()
		}
		if valueType == api.ValueTypeF32 {
			return api.EncodeF32(float32(value)), nil
		}
		return api.EncodeF64(value), nil
	}
	if text != "null" {
		return 0, badRequest("a %s cannot be given; only null can be", api.ValueTypeName(valueType))
	}
	return 0, nil
}

func printValue(value uint64, valueType api.ValueType) string {
	switch valueType {
	case api.ValueTypeI32:
		return strconv.FormatInt(int64(api.DecodeI32(value)), 10)
	case api.ValueTypeI64:
		return strconv.FormatInt(int64(value), 10)
	case api.ValueTypeF32:
		return printFloat(float64(api.DecodeF32(value)))
	case api.ValueTypeF64:
		return printFloat(api.DecodeF64(value))
	}
	if value == 0 {
		return "null"
	}
	return "reference"
}

// printFloat prints as JavaScript does (ECMAScript, Number::toString).
func printFloat(value float64) string {
	switch {
	case math.IsNaN(value):
		return "NaN"
	case math.IsInf(value, 1):
		return "Infinity"
	case math.IsInf(value, -1):
		return "-Infinity"
	case value == 0:
		return "0"
	}
	if size := math.Abs(value); size >= 1e-6 && size < 1e21 {
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(value, 'e', -1, 64), "e")
	return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}
