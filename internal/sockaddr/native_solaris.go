package sockaddr

func native() Layout { return Solaris(nativeBigEndian()) }
