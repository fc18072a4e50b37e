package main

import "fmt"

// protocolError is an answer that is an error; code is one of the protocol's.
type protocolError struct {
	code, message string
}

func (e *protocolError) Error() string { return e.message }

func badRequest(format string, values ...any) error {
	return &protocolError{"bad-request", fmt.Sprintf(format, values...)}
}

func unsupported(format string, values ...any) error {
	return &protocolError{"unsupported", fmt.Sprintf(format, values...)}
}

func invalidModule(err error) error { return &protocolError{"invalid-module", err.Error()} }

func trap(err error) error { return &protocolError{"trap", err.Error()} }
