package sys

// raceReadAll tells the race detector that the kernel reads buffers.
func raceReadAll(bufs [][]byte, control []byte) {
	for _, p := range bufs {
		raceRead(p)
	}
	raceRead(control)
}

// raceWriteAll tells the race detector that the kernel wrote n bytes to buffers, one
// after the other, and some control data.
func raceWriteAll(bufs [][]byte, n int, control []byte) {
	for _, p := range bufs {
		if n <= 0 {
			break
		}
		raceWrite(p, n)
		n -= len(p)
	}
	raceWrite(control, len(control))
}
