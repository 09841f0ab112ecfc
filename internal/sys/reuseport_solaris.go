package sys

// SoReusePort is SO_REUSEPORT, 0 where there is none.
const SoReusePort = 0
