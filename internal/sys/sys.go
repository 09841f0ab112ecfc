// Package sys holds the few system calls that golang.org/x/sys lacks, allocates
// for, or reads more into than its caller asked: the calls that move data and
// addresses. None of them waits, retries or interprets.
package sys
