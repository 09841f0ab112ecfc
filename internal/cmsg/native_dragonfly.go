package cmsg

func native() Layout { return BSD(8, Cmsgcred) }
