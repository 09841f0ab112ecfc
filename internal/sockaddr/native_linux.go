package sockaddr

func native() Layout { return Linux(nativeBigEndian()) }
