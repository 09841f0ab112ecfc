//go:build !race

package sys

func raceRead([]byte)       {}
func raceWrite([]byte, int) {}
