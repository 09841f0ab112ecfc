module github.com/bsdsocket/socket/internal/bench

go 1.26.0

require (
	github.com/bsdsocket/socket v0.0.0
	github.com/mdlayher/socket v0.8.0
	golang.org/x/sys v0.49.0
)

require (
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace github.com/bsdsocket/socket => ../..
