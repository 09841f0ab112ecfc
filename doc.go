// Package socket provides BSD sockets with the methods of Python's socket module.
package socket

//go:generate go run ./internal/constgen
