package sockopt

func native() Layout { return DragonFly() }

// The option that tells who the peer of a Unix socket is: LOCAL_PEERCRED of sys/un.h.
const (
	PeerCredLevel = 0
	PeerCredName  = 1
)
