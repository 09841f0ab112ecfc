//go:build unix

package netdb

func hostsPath() string { return "/etc/hosts" }
