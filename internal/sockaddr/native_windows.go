package sockaddr

func native() Layout { return Windows() }
