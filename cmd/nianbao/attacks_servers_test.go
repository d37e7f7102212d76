package main

// serverAttacks are those by answers of servers.
func serverAttacks() []attack {
	return nil
}
