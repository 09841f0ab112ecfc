package cmsg

func native() Layout { return Darwin() }
