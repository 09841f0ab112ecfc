package cmsg

func native() Layout { return Solaris() }
