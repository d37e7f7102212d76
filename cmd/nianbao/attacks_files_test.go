package main

// fileAttacks are those by documents and containers.
func fileAttacks() []attack {
	return nil
}
