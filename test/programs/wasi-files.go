// What a Go program sees of WASI's errors and values; prints "fine", or what was wrong.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

func check(what string, right bool, more ...any) {
	if !right {
		fmt.Println(append([]any{what}, more...)...)
		os.Exit(1)
	}
}

func main() {
	check("Mkdir", os.Mkdir("dir", 0o755) == nil)
	_, err := os.ReadFile("dir")
	check("reading a folder", errors.Is(err, syscall.EISDIR), err)
	check("WriteFile", os.WriteFile("dir/f", []byte("hello"), 0o644) == nil)
	moment := time.Unix(1700000000, 123456789)
	check("Chtimes", os.Chtimes("dir/f", moment, moment) == nil)
	status, err := os.Stat("dir/f")
	check("times", err == nil && status.ModTime().Equal(moment), err)

	file, err := os.OpenFile("dir/f", os.O_RDWR|os.O_APPEND, 0)
	check("OpenFile", err == nil, err)
	_, err = file.WriteString("!!")
	check("WriteString", err == nil, err)
	_, err = file.Seek(0, io.SeekStart)
	check("Seek", err == nil, err)
	text, err := io.ReadAll(file)
	check("ReadAll", err == nil && string(text) == "hello!!", string(text), err)
	check("Close", file.Close() == nil)

	check("MkdirAll", os.MkdirAll("dir/a/b/c", 0o755) == nil)
	check("Rename", os.Rename("dir/a/b", "dir/a/d") == nil)
	check("Symlink", os.Symlink("a/d", "dir/l") == nil)
	_, err = os.Stat("dir/l/c")
	check("through a link", err == nil, err)
	check("a link outward", os.Symlink("../../..", "dir/out") != nil)
	_, err = os.Open("/etc/hostname")
	check("outside", err != nil)
	_, err = os.OpenFile("dir/new/", os.O_CREATE|os.O_RDWR, 0o644)
	check("a new name with a slash", err != nil)

	seen := 0
	err = filepath.WalkDir("dir", func(string, os.DirEntry, error) error { seen++; return nil })
	check("WalkDir", err == nil && seen == 6, seen, err)
	root, err := os.OpenRoot("dir")
	check("OpenRoot", err == nil, err)
	_, err = root.Open("../x")
	check("out of a root", err != nil)
	check("Close", root.Close() == nil)
	check("RemoveAll", os.RemoveAll("dir") == nil)
	fmt.Println("fine")
}
